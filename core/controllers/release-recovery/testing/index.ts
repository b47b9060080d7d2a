export * from "./interrupted.ts";
export * from "./open-cluster.ts";
export * from "./releases.ts";
