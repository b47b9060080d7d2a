export * from "./http-transport.ts";
export * from "./node-listener.ts";
export * from "./server.ts";
