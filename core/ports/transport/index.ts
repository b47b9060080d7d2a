export * from "./handler.ts";
export * from "./path.ts";
export * from "./response.ts";
export * from "./upgrade.ts";
export * from "./write-body.ts";
