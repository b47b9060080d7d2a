export * from "./runtime.ts";
export * from "./streams.ts";
