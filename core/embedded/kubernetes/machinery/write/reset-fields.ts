import { emptySet, type FieldSet, setOfFields } from "../fields/field-set.ts";
import type { ResourceKind } from "../kind.ts";

const status = setOfFields(["status"]);
const spec = setOfFields(["spec"]);
const metadataAndSpec = setOfFields(["metadata", "spec"]);
/** Fields of a status written through another door than the object itself. */
const ofStatus: Readonly<Record<string, FieldSet>> = {
  Deployment: setOfFields(["spec", "metadata.labels"]),
  Pod: setOfFields(["spec", "metadata.deletionTimestamp", "metadata.ownerReferences"]),
  CertificateSigningRequest: setOfFields(["spec", "status.conditions"]),
  ServiceCIDR: metadataAndSpec,
  APIService: metadataAndSpec,
  FlowSchema: metadataAndSpec,
  PriorityLevelConfiguration: metadataAndSpec,
  VolumeAttachment: metadataAndSpec,
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

/** What is asked for stays; the rest of a request is written through its subresources. */
const fixedRequest = setOfFields(["spec", "status"]);
const approvedRequest = setOfFields(["spec", "status.certificate"]);

/** Tells whether a kind's status is written by a subresource of its own. */
export function hasStatusSubresource(kind: ResourceKind): boolean {
  return kind.custom?.hasStatus ?? kind.subresources.some(({ name }) => name === "status");
}

/** The fields a write can't change, by the part of the object it goes to. */
export function resetFields(kind: ResourceKind, subresource: string): FieldSet {
  if (subresource === "status")
    return kind.custom === undefined ? (ofStatus[kind.kind] ?? spec) : metadataAndSpec;
  if (kind.kind === "CertificateSigningRequest")
    return subresource === "approval" ? approvedRequest : fixedRequest;
  return hasStatusSubresource(kind) ? status : emptySet;
}
