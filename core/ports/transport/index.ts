export * from "./handler.ts";
export * from "./response.ts";
