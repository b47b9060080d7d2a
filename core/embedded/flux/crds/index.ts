import type { KubeObject } from "@catalyst/ports/kubernetes";
import data from "./flux-crds.generated.json" with { type: "json" };

/** The Flux release whose definitions these are. */
export const fluxVersion: string = data.head.fluxVersion;

const all = data.definitions as unknown as readonly KubeObject[];

/** Kinds whose definitions Flux's own controllers want to find, though nothing here reconciles them. */
const unreconciledKinds: ReadonlySet<string> = new Set([
  "Bucket",
  "ExternalArtifact",
  "HelmChart",
  "HelmRepository",
]);

const kindOf = (definition: KubeObject) => (definition.spec as { names: { kind: string } }).names.kind;

/** CustomResourceDefinitions of the kinds reconciled here, as Flux publishes them, without descriptions. */
export const fluxDefinitions: readonly KubeObject[] = all.filter(
  (definition) => !unreconciledKinds.has(kindOf(definition)),
);

/** The other definitions of the same release: for a cluster in which Flux's own controllers run. */
export const unreconciledFluxDefinitions: readonly KubeObject[] = all.filter((definition) =>
  unreconciledKinds.has(kindOf(definition)),
);
