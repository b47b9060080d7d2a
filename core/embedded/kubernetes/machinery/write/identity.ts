import { isObject } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import type { Fields } from "../resources/fields.ts";
import { badRequest, invalid, StatusError } from "../status.ts";

/** What the server sets and a writer may leave out. */
const systemFields = ["uid", "selfLink", "generateName"] as const;

/** What marks an object as going away; a writer may leave it out, and can't set it. */
const deletionFields = ["deletionTimestamp", "deletionGracePeriodSeconds"] as const;

/** Kinds of which an update must say which version it changes. */
const conditionalKinds = new Set([
  "CustomResourceDefinition",
  "PodDisruptionBudget",
  "Lease",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "APIService",
  "RuntimeClass",
  "CSINode",
  "CSIDriver",
  "CSIStorageCapacity",
  "VolumeAttachment",
]);

/**
 * Checks that what is written is the stored object: name, namespace, uid and, when given, the version; and
 * fills in what the server alone sets, changing `object`. Throws StatusError 400, 409 or 422.
 */
export function checkIdentity(
  kind: ResourceKind,
  stored: KubeObject,
  object: Fields,
  subresource: string,
  whole: boolean,
): void {
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  object["metadata"] = metadata;
  const { name, namespace, uid, resourceVersion } = stored.metadata;
  checkName(metadata, name, namespace);
  // In a patch another uid is an invalid change; a whole object with another uid is another object.
  if (whole && metadata["uid"] !== undefined && metadata["uid"] !== uid) {
    throw conflict(
      kind,
      name,
      `Precondition failed: UID in precondition: ${String(metadata["uid"])}, UID in object meta: ${uid}`,
    );
  }
  const wanted = metadata["resourceVersion"];
  if (wanted !== undefined && wanted !== "" && wanted !== resourceVersion) throw conflict(kind, name);
  if ((wanted === undefined || wanted === "") && isConditional(kind) && subresource === "") {
    throw invalid({ group: kind.group, kind: kind.plural }, name, [
      {
        reason: "FieldValueInvalid",
        message: "Invalid value: 0: must be specified for an update",
        field: "metadata.resourceVersion",
      },
    ]);
  }
  metadata["name"] = name;
  if (namespace !== undefined) metadata["namespace"] = namespace;
  if (resourceVersion !== undefined) metadata["resourceVersion"] = resourceVersion;
  for (const field of systemFields) {
    const value = (stored.metadata as unknown as Fields)[field];
    if (value !== undefined && metadata[field] === undefined) metadata[field] = value;
  }
  settleServerFields(metadata, stored.metadata as unknown as Fields, subresource);
}

/** What only the server changes. A try to delete by an update is left for validation to refuse. */
function settleServerFields(metadata: Fields, held: Fields, subresource: string): void {
  restore(metadata, held, "creationTimestamp");
  for (const field of deletionFields) {
    if (subresource !== "" || held[field] !== undefined) restore(metadata, held, field);
  }
}

function restore(metadata: Fields, held: Fields, field: string): void {
  if (held[field] === undefined) delete metadata[field];
  else metadata[field] = held[field];
}

function isConditional(kind: ResourceKind): boolean {
  return kind.custom !== undefined || conditionalKinds.has(kind.kind);
}

/** 400: what is written doesn't say which object it is. */
export function nameless(name: string): StatusError {
  return badRequest(
    `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
  );
}

function checkName(metadata: Fields, name: string, namespace: string | undefined): void {
  const given = metadata["name"];
  if (given === undefined || given === "") throw nameless(name);
  if (given !== name) {
    throw badRequest(
      `the name of the object (${String(given)}) does not match the name on the URL (${name})`,
    );
  }
  const givenNamespace = metadata["namespace"];
  if (givenNamespace !== undefined && namespace !== undefined && givenNamespace !== namespace) {
    throw badRequest(
      `the namespace of the object (${String(givenNamespace)}) does not match the namespace on the URL (${namespace})`,
    );
  }
}

/** 409: somebody else wrote in between. */
export function conflict(
  kind: ResourceKind,
  name: string,
  reason = "the object has been modified; please apply your changes to the latest version and try again",
): StatusError {
  const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
  return new StatusError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${resource} ${JSON.stringify(name)}: ${reason}`,
    { name, ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural },
  );
}
