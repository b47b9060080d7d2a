export * from "./build.ts";
export * from "./documents.ts";
export * from "./files.ts";
export * from "./order.ts";
export * from "./resource.ts";
export { parseAhead } from "./scan.ts";
export { substituteVariables } from "./substitute.ts";
