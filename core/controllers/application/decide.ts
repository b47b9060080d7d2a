import { labels } from "@catalyst/model/label";
import type { ApplicationFacts } from "./facts.ts";
import { type MissingValue, missingValue } from "./given-values.ts";

/** What the controller does next; one of a closed set. */
export type ApplicationAction =
  | { readonly kind: "add-finalizer" }
  /** Writes whatever of the expansion isn't so yet. */
  | { readonly kind: "expand" }
  /** Nothing to write. */
  | { readonly kind: "none" }
  /** The catalog refuses what the Application pins: a person must act. */
  | {
      readonly kind: "refuse";
      readonly reason: "BlueprintUnknown" | "BlueprintUnverified" | "ExpansionFailed";
      readonly message: string;
    }
  /** A value it refers to isn't there yet: what is installed stays as it is. */
  | { readonly kind: "wait-for-value"; readonly missing: MissingValue }
  | { readonly kind: "wait-for-dependents"; readonly dependents: readonly string[] }
  | { readonly kind: "uninstall" }
  | { readonly kind: "wait-for-uninstall" }
  | { readonly kind: "delete-namespace" }
  | { readonly kind: "wait-for-namespace"; readonly message: string }
  | { readonly kind: "remove-finalizer" };

/** The finalizer that keeps an Application until nothing of it is left. */
export const applicationFinalizer = "catalyst.openova.io/application";

/** Decides from facts alone. */
export function decide(facts: ApplicationFacts): ApplicationAction {
  const { application } = facts;
  const guarded = application.metadata.finalizers?.includes(applicationFinalizer) ?? false;
  if (application.metadata.deletionTimestamp !== undefined)
    return guarded ? decideDeletion(facts) : { kind: "none" };
  if (!guarded) return { kind: "add-finalizer" };
  const { release, expansion } = facts;
  const { name, version } = application.spec.blueprint;
  if (release === undefined)
    return {
      kind: "refuse",
      reason: "BlueprintUnknown",
      message: `${name} ${version} of the pinned digest isn't in the catalog`,
    };
  if (!release.verified) {
    return {
      kind: "refuse",
      reason: "BlueprintUnverified",
      message: `${name} ${version} is refused: ${release.reason ?? "its signature doesn't verify"}`,
    };
  }
  if (expansion === undefined)
    return {
      kind: "refuse",
      reason: "ExpansionFailed",
      message: facts.expansionProblem ?? "it can't be expanded",
    };
  const missing = application.spec.suspended === true ? undefined : missingValue(facts);
  return missing === undefined ? { kind: "expand" } : { kind: "wait-for-value", missing };
}

/** Dependents first, then the release, then the namespace with all that is left in it. */
function decideDeletion(facts: ApplicationFacts): ApplicationAction {
  if (facts.dependents.length > 0) return { kind: "wait-for-dependents", dependents: facts.dependents };
  if (facts.helmRelease !== undefined) {
    return {
      kind: facts.helmRelease.metadata.deletionTimestamp === undefined ? "uninstall" : "wait-for-uninstall",
    };
  }
  if (facts.source !== undefined) return { kind: "uninstall" };
  const { namespace } = facts;
  if (
    namespace !== undefined &&
    namespace.metadata.labels?.[labels.application] === facts.application.metadata.name
  ) {
    if (namespace.metadata.deletionTimestamp === undefined) return { kind: "delete-namespace" };
    return { kind: "wait-for-namespace", message: namespaceBlock(namespace) };
  }
  return { kind: "remove-finalizer" };
}

function namespaceBlock(namespace: {
  readonly metadata: { readonly name: string };
  readonly status?: unknown;
}): string {
  const status = namespace.status as
    | { conditions?: readonly { type: string; status: string; message?: string }[] }
    | undefined;
  const blocking = status?.conditions?.find(
    (condition) => condition.status === "True" && condition.message !== undefined,
  );
  return blocking?.message ?? `namespace ${namespace.metadata.name} is being emptied`;
}
