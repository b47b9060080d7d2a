export * from "./lint.ts";
export type { Finding, Rule } from "./rule.ts";
