export type { TemplateLine } from "./interpreter.ts";
export { type ReadsRequest, valueReads } from "./reads.ts";
export { valuesSchema } from "./schema.ts";
