export * from "./environment-name.ts";
export * from "./names.ts";
export * from "./secrets.ts";
