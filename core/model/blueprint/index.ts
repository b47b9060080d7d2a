export * from "./blueprint.ts";
export * from "./manifest.ts";
