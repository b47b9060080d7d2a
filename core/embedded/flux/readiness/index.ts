export * from "./kstatus.ts";
export * from "./legacy-wait.ts";
export * from "./object-status.ts";
export * from "./wait.ts";
