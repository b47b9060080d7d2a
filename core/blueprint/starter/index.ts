export * from "./starter.ts";
