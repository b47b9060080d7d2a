export * from "./application.ts";
export * from "./phase.ts";
export * from "./secrets-content.ts";
