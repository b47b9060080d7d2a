import type {
  KubeObject,
  OwnerReference,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from "@catalyst/ports/kubernetes";
import { controllerReference } from "../common/owner.ts";
import { ordinalsOf } from "./decide.ts";
import { ordinalOf } from "./pod.ts";

/** Whether claims outlive their Pods and their set whatever happens: the default. */
export function retainsAll({ spec }: StatefulSet): boolean {
  const { whenDeleted = "Retain", whenScaled = "Retain" } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  return whenDeleted === "Retain" && whenScaled === "Retain";
}

/**
 * The owners a Pod's claim is to have by the set's retention policy; undefined when it has them. A claim that another
 * controller owns, or an earlier set or Pod of the same name, is left alone. Source: upstream's
 * isClaimOwnerUpToDate and updateClaimOwnerRefForSetAndPod.
 */
export function ownersToHave(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  pod: Pod,
): readonly OwnerReference[] | undefined {
  const references = claim.metadata.ownerReferences ?? [];
  const isNamed = (reference: OwnerReference, object: KubeObject) =>
    reference.kind === object.kind &&
    reference.apiVersion === object.apiVersion &&
    reference.name === object.metadata.name;
  const isStale = (reference: OwnerReference) =>
    [set, pod].some((object) => isNamed(reference, object) && reference.uid !== object.metadata.uid);
  if (references.some(isStale)) return undefined;
  const ours = references.filter((reference) => isNamed(reference, set) || isNamed(reference, pod));
  const others = references.filter((reference) => !ours.includes(reference));
  const isForeign = !retainsAll(set) && others.some((reference) => reference.controller === true);
  const owner = isForeign ? undefined : ownerFor(set, pod);
  const isRight =
    ours.length === (owner === undefined ? 0 : 1) &&
    ours.every((reference) => reference.uid === owner?.metadata.uid && reference.controller === true);
  if (isRight) return undefined;
  return owner === undefined ? others : [...others, controllerReference(owner)];
}

/** What the claim goes with: the set, or the Pod of an ordinal the set has no longer. */
function ownerFor(set: StatefulSet, pod: Pod): KubeObject | undefined {
  const { whenDeleted = "Retain", whenScaled = "Retain" } =
    set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const { first, end } = ordinalsOf(set);
  const ordinal = ordinalOf(set, pod) ?? first;
  const isScaledDown = ordinal < first || ordinal >= end;
  if (whenScaled === "Delete" && isScaledDown) return pod;
  return whenDeleted === "Delete" ? set : undefined;
}

/** Whether a claim still goes with a Pod that was: one that is to replace it must wait for the claim's end. */
export function isStaleClaim(claim: PersistentVolumeClaim, set: StatefulSet, podName: string): boolean {
  if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== "Delete") return false;
  return (claim.metadata.ownerReferences ?? []).some(
    ({ kind, apiVersion, name }) => kind === "Pod" && apiVersion === "v1" && name === podName,
  );
}
