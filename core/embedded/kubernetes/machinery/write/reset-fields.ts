import { emptySet, type FieldSet, setOfFields } from "../fields/field-set.ts";
import type { ResourceKind } from "../kind.ts";

const status = setOfFields(["status"]);
const spec = setOfFields(["spec"]);
const customStatus = setOfFields(["metadata", "spec"]);
const ofKind: Readonly<Record<string, FieldSet>> = {
  Deployment: setOfFields(["spec", "metadata.labels"]),
  Pod: setOfFields(["spec", "metadata.deletionTimestamp", "metadata.ownerReferences"]),
  CustomResourceDefinition: setOfFields([
    "metadata.name",
    "metadata.namespace",
    "metadata.generateName",
    "metadata.selfLink",
    "metadata.uid",
    "metadata.resourceVersion",
    "metadata.generation",
    "metadata.creationTimestamp",
    "metadata.deletionTimestamp",
    "metadata.deletionGracePeriodSeconds",
    "metadata.labels",
    "metadata.annotations",
    "metadata.ownerReferences",
    "metadata.finalizers",
    "spec",
  ]),
};

/** Tells whether a kind's status is written by a subresource of its own. */
export function hasStatusSubresource(kind: ResourceKind): boolean {
  return kind.custom?.hasStatus ?? kind.subresources.some(({ name }) => name === "status");
}

/** The fields a write can't change, by the part of the object it goes to. */
export function resetFields(kind: ResourceKind, subresource: string): FieldSet {
  if (subresource === "status") return kind.custom === undefined ? (ofKind[kind.kind] ?? spec) : customStatus;
  return hasStatusSubresource(kind) ? status : emptySet;
}
