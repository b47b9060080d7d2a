export * from "./build.ts";
export * from "./files.ts";
export type { ChartInflation, InflateChart } from "./generators/helm-charts.ts";
export { type DocumentCache, documentCache, readDocuments } from "./objects/documents.ts";
export { labelTest } from "./objects/label-selector.ts";
export type { KubeResource } from "./objects/resource.ts";
export { substituteInTurns, substituteVariables } from "./substitute.ts";
