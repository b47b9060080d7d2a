export * from "./check.ts";
export * from "./diff.ts";
export * from "./files.ts";
export * from "./objects.ts";
export * from "./plan.ts";
export * from "./print.ts";
export * from "./schema.ts";
export * from "./tree.ts";
