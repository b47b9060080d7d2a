export * from "./copy-image.ts";
export * from "./registry.ts";
