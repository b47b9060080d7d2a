export {
  buildDependencies,
  type ChartLock,
  type DependencyStatus,
  type DependencyTransport,
  dependencyStatuses,
  type LockedDependency,
  lockDigest,
  printDependencyStatuses,
  printLock,
  readLock,
  resolveDependencies,
} from "./dependency.ts";
export {
  type LintMessage,
  type LintOptions,
  type LintSeverity,
  lintChart,
  printLintMessages,
} from "./lint.ts";
export { type PackedChart, type PackOptions, packageChart } from "./pack.ts";
