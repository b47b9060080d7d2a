export * from "./config-fields.ts";
export * from "./expansion.ts";
export * from "./paths.ts";
export * from "./plaintext.ts";
export * from "./secret-values.ts";
export * from "./values.ts";
