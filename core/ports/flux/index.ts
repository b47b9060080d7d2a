export * from "./kinds.ts";
export * from "./release-name.ts";
