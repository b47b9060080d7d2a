import { serveJobs } from "@catalyst/embedded-threads";
import { sovereignJobs } from "./jobs.ts";

serveJobs(sovereignJobs);
