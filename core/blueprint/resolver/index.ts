export * from "./resolution.ts";
