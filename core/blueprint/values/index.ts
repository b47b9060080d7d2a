export * from "./form.ts";
export * from "./origin.ts";
export * from "./reader.ts";
