export { CachedObjects } from "./cache.ts";
export * from "./events.ts";
export * from "./queue.ts";
export * from "./reconciler.ts";
export * from "./run.ts";
export * from "./status.ts";
