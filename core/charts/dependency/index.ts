export { type CheckArchive, type DownloadedChart, downloadFrom } from "./download.ts";
export { buildDependencies, type FetchedDependencies, updateDependencies } from "./fetch.ts";
export {
  type ChartLock,
  type LockedDependency,
  lockDigest,
  lockFileName,
  printLock,
  readLock,
} from "./lock.ts";
export { type ChartReference, fetchChart, readOciReference } from "./reference.ts";
export { resolveDependencies } from "./resolve.ts";
export { type DependencyStatus, dependencyStatuses, printDependencyStatuses } from "./status.ts";
export type { DependencyTransport } from "./transport.ts";
