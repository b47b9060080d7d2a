export * from "./application.ts";
export * from "./blueprint.ts";
export * from "./environment.ts";
export * from "./secret.ts";
export * from "./sovereign.ts";
export * from "./value.ts";
