export * from "./expansion.ts";
export * from "./values.ts";
