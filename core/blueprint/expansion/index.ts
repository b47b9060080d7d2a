export * from "./config-fields.ts";
export * from "./expansion.ts";
export * from "./secret-values.ts";
export * from "./values.ts";
