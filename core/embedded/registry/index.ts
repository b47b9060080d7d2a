export * from "./access.ts";
export type { ImportedImage } from "./import/import.ts";
export { type ImageReference, parseImageReference } from "./import/reference.ts";
export * from "./registry.ts";
