export * from "./build.ts";
export * from "./files.ts";
export { type DocumentCache, documentCache } from "./objects/documents.ts";
export type { KubeResource } from "./objects/resource.ts";
export { parseAhead } from "./scan.ts";
export { substituteVariables } from "./substitute.ts";
