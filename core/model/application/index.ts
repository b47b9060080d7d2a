export * from "./application.ts";
export * from "./phase.ts";
