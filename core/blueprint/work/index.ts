export * from "./jobs.ts";
export * from "./render.ts";
