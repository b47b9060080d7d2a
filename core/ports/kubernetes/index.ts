export * from "./catalyst-kinds.ts";
export * from "./client.ts";
export * from "./errors.ts";
export * from "./object.ts";
export * from "./pod.ts";
export * from "./resource.ts";
export * from "./resources.ts";
export * from "./workloads.ts";
