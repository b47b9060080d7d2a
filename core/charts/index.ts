export { type ArchivedChart, loadedChart } from "./archived-chart.ts";
export * from "./chart/index.ts";
export * from "./dependency/index.ts";
export type { RandomSource } from "./functions/environment.ts";
export { seededRandom, systemRandom } from "./functions/seeded.ts";
export * from "./json-path/index.ts";
export * from "./lint/index.ts";
export { loadChart, loadChartFolder, readChartFiles } from "./load-chart.ts";
export * from "./package/index.ts";
export * from "./provenance/index.ts";
export * from "./release/index.ts";
export type { CrdFile, CrdPolicy } from "./render/crds.ts";
export { type Lookup, NeedsLookup, noLookup } from "./render/lookup.ts";
export { type LookupKey, lookupText } from "./render/lookup-key.ts";
export {
  type Hook,
  type HookEvent,
  type Manifest,
  sortManifests,
  splitManifests,
} from "./render/manifests.ts";
export {
  type PrintedFile,
  type PrintOptions,
  printFiles,
  printManifest,
  releaseManifest,
} from "./render/print.ts";
export { refuseReleaseName, releaseNameFrom } from "./render/release-name.ts";
export {
  type ReleaseOptions,
  type RenderedChart,
  type RenderRequest,
  renderChart,
  renderTemplates,
} from "./render/render.ts";
export { readSetJson } from "./render/set-json.ts";
export { type ReadText, type SetKind, setValues } from "./render/set-values.ts";
export { decodeBytes } from "./template/bytes.ts";
export { defaultLimits, type Limits } from "./template/index.ts";
export * from "./values/index.ts";
