export { configFields, passwordFields } from "./config-rules.ts";
export * from "./lint.ts";
export type { Finding, Rule } from "./rule.ts";
