export * from "./jobs.ts";
export * from "./render.ts";
export * from "./values.ts";
