export { type DefaultPlace, valueDefaults, valuesText } from "./defaults.ts";
export { defaultReadsLimits, type ReadsLimits, type TemplateRead } from "./interpreter.ts";
export { keyLines, pathKey } from "./key-lines.ts";
export { type ReadsRequest, valueReads } from "./reads.ts";
export { valuesSchema } from "./schema.ts";
