export * from "./build.ts";
export * from "./files.ts";
export { type DocumentCache, documentCache } from "./objects/documents.ts";
export type { KubeResource } from "./objects/resource.ts";
export { substituteInTurns, substituteVariables } from "./substitute.ts";
