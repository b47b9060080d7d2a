export * from "./condition.ts";
export * from "./resolution.ts";
export * from "./resolve.ts";
