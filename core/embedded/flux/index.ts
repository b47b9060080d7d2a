export { fluxDefinitions, fluxVersion, unreconciledFluxDefinitions } from "./crds/index.ts";
export { type Flux, type FluxKindName, type FluxObjectRef, type FluxOptions, openFlux } from "./flux.ts";
export type {
  GitCredentials,
  GitFetcher,
  GitFile,
  GitHead,
  GitReference,
  GitRemote,
  GitSnapshot,
} from "./git/fetcher.ts";
export { type HostFetcherOptions, hostGitFetcher } from "./git/host-fetcher.ts";
export { programGitFetcher } from "./git/program-fetcher.ts";
export type { FluxWork } from "./jobs.ts";
export type { OpenRegistry, RegistryCredentials, VerifySignature } from "./oci-repository/index.ts";
export { type ObjectStatus, objectStatus } from "./readiness/index.ts";
