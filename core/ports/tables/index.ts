export * from "./portable.ts";
export * from "./tables.ts";
