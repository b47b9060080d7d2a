export * from "./http-transport.ts";
export * from "./node-listener.ts";
export * from "./server.ts";
export { closing, mayUpgrade } from "./switch-protocols.ts";
