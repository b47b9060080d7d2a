export * from "./catalog.ts";
export * from "./registry-catalog.ts";
export * from "./release.ts";
