export * from "./crd.ts";
export * from "./kind.ts";
