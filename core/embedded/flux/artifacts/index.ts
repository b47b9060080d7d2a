export * from "./compression.ts";
export * from "./packing.ts";
export * from "./source-files.ts";
export * from "./store.ts";
export * from "./tar.ts";
