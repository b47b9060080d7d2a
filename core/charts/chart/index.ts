export {
  type Capabilities,
  type ClusterVersion,
  clusterCapabilities,
  defaultCapabilities,
  helmVersion,
  type KubeVersion,
  parseKubeVersion,
} from "./capabilities.ts";
export type { Chart, ChartFile } from "./chart.ts";
export { type IgnoreRules, readIgnoreRules, withoutIgnored } from "./ignore.ts";
export { refuseMissingDependencies, refuseUninstallable } from "./installable.ts";
export { chartSizeLimit } from "./limits.ts";
export { type ChartMetadata, type Dependency, type Maintainer, printMetadata } from "./metadata.ts";
export { toPlainJson } from "./plain.ts";
export { mergeMaps, readValues } from "./values-file.ts";
