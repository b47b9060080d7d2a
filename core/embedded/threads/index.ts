export { serveJobs } from "./serve-jobs.ts";
export { openThreads, type Threads, type ThreadsOptions } from "./threads.ts";
