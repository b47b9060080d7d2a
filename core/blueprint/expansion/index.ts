export * from "./config-fields.ts";
export * from "./expansion.ts";
export * from "./values.ts";
