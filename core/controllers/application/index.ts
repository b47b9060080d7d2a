export * from "./connection.ts";
export * from "./controller.ts";
export * from "./decide.ts";
export * from "./facts.ts";
export * from "./phase.ts";
