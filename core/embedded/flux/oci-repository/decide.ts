import { jsonEqual } from "@catalyst/base/json";
import type { OciRepository } from "@catalyst/ports/flux";
import type { OciFacts, OciTarget } from "./observe.ts";

export type OciAction =
  | { readonly do: "fail"; readonly reason: string; readonly message: string; readonly lasting: boolean }
  /** What is stored is what the reference names; `verify`: its signature is still to be checked. */
  | { readonly do: "keep"; readonly target: OciTarget; readonly verify: boolean }
  | { readonly do: "pull"; readonly target: OciTarget; readonly verify: boolean };

/**
 * Decides what to do about a repository. A signature is checked for every new digest, again when the object
 * changed, and as long as the last check failed.
 */
export function decideOciRepository(object: OciRepository, facts: OciFacts): OciAction {
  if (facts.failure !== undefined) return { do: "fail", ...facts.failure };
  const target = facts.target as OciTarget;
  const { spec, status } = object;
  const isNew = facts.artifact?.revision !== target.revision;
  const last = status?.conditions?.find((condition) => condition.type === "SourceVerified");
  const isChecked = last?.status === "True" && last.observedGeneration === object.metadata.generation;
  const verify = spec.verify !== undefined && (isNew || !isChecked);
  const sameContent =
    spec.ignore === status?.observedIgnore && jsonEqual(spec.layerSelector, status?.observedLayerSelector);
  return { do: isNew || !sameContent ? "pull" : "keep", target, verify };
}
