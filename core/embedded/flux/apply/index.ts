export * from "./changes.ts";
export * from "./object-reference.ts";
export * from "./parallel.ts";
export * from "./prune.ts";
export * from "./resource-types.ts";
export * from "./server-side-apply.ts";
export * from "./server-words.ts";
