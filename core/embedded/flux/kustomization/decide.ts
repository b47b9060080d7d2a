import type { Artifact, Kustomization } from "@catalyst/ports/flux";
import type { KustomizationFacts } from "./observe.ts";

export type KustomizationAction =
  /** Fields that aren't understood here: applying without them would do something else than was asked. */
  | { readonly do: "refuse"; readonly message: string }
  | { readonly do: "await-source"; readonly message: string; readonly exists: boolean }
  | { readonly do: "await-dependency"; readonly message: string }
  | { readonly do: "apply"; readonly artifact: Artifact };

/** What waits for something outside is looked at again after this long, as in Flux. */
export const dependencyInterval = 30_000;

/**
 * Fields of Flux that the embedded reconciler doesn't carry out. Two of them decide with whose rights something
 * is applied, and are refused rather than ignored.
 */
const refusedFields = [
  "buildMetadata",
  "decryption",
  "healthCheckExprs",
  "ignore",
  "kubeConfig",
  "serviceAccountName",
] as const;

/** Decides what to do about a Kustomization: the first thing that stands in the way, else apply. */
export function decideKustomization(object: Kustomization, facts: KustomizationFacts): KustomizationAction {
  const refused = refusedFields.find((field) => object.spec[field] !== undefined);
  if (refused !== undefined)
    return { do: "refuse", message: `spec.${refused} is not supported by this cluster` };
  const { kind, name, namespace = object.metadata.namespace } = object.spec.sourceRef;
  if (!facts.sourceExists) {
    const message = `${kind.toLowerCase()}.source.toolkit.fluxcd.io "${namespace}/${name}" not found`;
    return { do: "await-source", message, exists: false };
  }
  if (facts.artifact === undefined) {
    return { do: "await-source", message: "Source artifact not found, retrying in 30s", exists: true };
  }
  if (facts.unready !== undefined) return { do: "await-dependency", message: facts.unready };
  return { do: "apply", artifact: facts.artifact };
}
