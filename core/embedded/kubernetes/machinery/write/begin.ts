import { isObject, jsonEqual } from "@catalyst/base/json";
import { type Managers, readManagers, writeManagers } from "../fields/managers.ts";
import { type Tracking, trackUpdate } from "../fields/track.ts";
import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import { applyJsonPatch } from "../patch/json-patch.ts";
import { applyMergePatch } from "../patch/merge-patch.ts";
import { PatchFault } from "../patch/patch-fault.ts";
import { applyStrategicMergePatch } from "../patch/strategic-merge-patch.ts";
import { ensure, type Fields } from "../resources/fields.ts";
import { badRequest, invalid, StatusError } from "../status.ts";
import { invalidValue } from "../validate/faults.ts";
import { boundedDepth, decodeValue, Unreadable } from "./decode.ts";
import { dropNulls, emptyObject, fillDefaults } from "./defaults.ts";
import { checkIdentity } from "./identity.ts";
import { resetFields } from "./reset-fields.ts";
import type { Decoded, Draft, Patch, WriteOptions } from "./types.ts";

/** Who is writing what, as ownership tracking wants it. */
export function trackingOf(kind: ResourceKind, options: WriteOptions): Tracking {
  const subresource = options.subresource ?? "";
  return {
    kind,
    manager: options.manager,
    subresource,
    now: subresource === "scale" ? undefined : options.now,
    resetFields: resetFields(kind, subresource),
  };
}

/** The object without `metadata.managedFields`, sharing the rest. */
export function withoutManagers(object: Json): Fields {
  const metadata = object["metadata"];
  if (!isObject(metadata) || metadata["managedFields"] === undefined) return object as Fields;
  const { managedFields: _managed, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** The object with managedFields set to what `managers` say. */
export function withManagers(object: Fields, managers: Managers): KubeObject {
  const managedFields = writeManagers(managers.values());
  const metadata = isObject(object["metadata"]) ? object["metadata"] : {};
  return {
    ...object,
    metadata: managedFields === undefined ? metadata : { ...metadata, managedFields },
  } as unknown as KubeObject;
}

/** What a new object can't bring along. */
const serverOnly = [
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "selfLink",
];

/** Starts a create: defaults and managedFields. `submitted` comes from `decodeBody` and is taken over. */
export function beginCreate(kind: ResourceKind, submitted: Json, options: WriteOptions): Draft {
  const object = submitted as Fields;
  dropNulls(kind, object);
  fillDefaults(kind, object);
  for (const field of serverOnly) delete ensure(object, "metadata")[field];
  const sent = isObject(object["metadata"]) ? object["metadata"]["managedFields"] : undefined;
  const plain = withoutManagers(object);
  const managers = trackUpdate(
    readManagers(sent) ?? new Map(),
    emptyObject(kind),
    plain,
    trackingOf(kind, options),
  );
  return { object: withManagers(plain, managers), warnings: [] };
}

/**
 * Starts an update of `stored`: defaults and managedFields. Checks `metadata.resourceVersion` (409) and `uid`.
 * `submitted` comes from `decodeBody` and is taken over.
 */
export function beginUpdate(
  kind: ResourceKind,
  stored: KubeObject,
  submitted: Json,
  options: WriteOptions,
): Draft {
  return begin(kind, stored, submitted, options, true);
}

function begin(
  kind: ResourceKind,
  stored: KubeObject,
  submitted: Json,
  options: WriteOptions,
  whole: boolean,
): Draft {
  const object = submitted as Fields;
  dropNulls(kind, object);
  fillDefaults(kind, object);
  checkIdentity(kind, stored, object, options.subresource ?? "", whole);
  const before = withoutManagers(stored as unknown as Json);
  const after = withoutManagers(object);
  const managers = currentManagers(stored, object, options.subresource !== undefined);
  // An object nobody's fields were ever tracked of stays so until something is applied to it.
  const tracked =
    managers.size === 0 ? managers : trackUpdate(managers, before, after, trackingOf(kind, options));
  return { object: withManagers(after, tracked), warnings: [] };
}

/** The managers to go on from: those sent along, unless nothing sensible was. */
function currentManagers(stored: KubeObject, object: Fields, isSubresource: boolean): Managers {
  const held = () => readManagers(stored.metadata.managedFields) ?? new Map();
  const sent = isObject(object["metadata"]) ? object["metadata"]["managedFields"] : undefined;
  if (isSubresource || jsonEqual(sent, stored.metadata.managedFields)) return held();
  if (isReset(sent)) return new Map();
  const managers = readManagers(sent);
  return managers === undefined || managers.size === 0 ? held() : managers;
}

/** A list that is empty, or has one empty entry, asks for all tracking to be dropped. */
function isReset(sent: unknown): boolean {
  if (Array.isArray(sent) && sent.length === 0) return true;
  const [entry] = Array.isArray(sent) && sent.length === 1 ? sent : [];
  return isObject(entry) && Object.values(entry).every((value) => value === "");
}

/**
 * Starts a JSON, merge or strategic merge patch. Throws StatusError 400 (malformed), 409 (resourceVersion in
 * the patch isn't the stored one), 415 (strategic merge of a custom resource), 422 (the patch can't be applied).
 */
export function beginPatch(
  kind: ResourceKind,
  stored: KubeObject,
  patch: Patch,
  options: WriteOptions,
): Draft {
  const patched = boundedDepth(() => patchedObject(kind, stored, patch));
  if (!isObject(patched)) throw badRequest("the patch doesn't leave an object");
  const { object, warnings } = withHeldManagers(stored, patched, (plain) =>
    decodePatched(kind, plain, options),
  );
  const draft = begin(kind, stored, object, options, false);
  return { object: draft.object, warnings };
}

/** Leaves managedFields out of the reading when the patch doesn't touch them: they are most of many objects. */
function withHeldManagers(stored: KubeObject, patched: Json, read: (plain: Json) => Decoded): Decoded {
  const { managedFields } = stored.metadata;
  const metadata = patched["metadata"];
  const untouched = isObject(metadata) && metadata["managedFields"] === managedFields;
  if (managedFields === undefined || !untouched) return read(patched);
  const decoded = read(withoutManagers(patched));
  ensure(decoded.object as Fields, "metadata")["managedFields"] = managedFields;
  return decoded;
}

/** What can't be read, and unknown fields, are faults of the patch here, not of the request. */
function decodePatched(kind: ResourceKind, patched: Json, { fieldValidation }: WriteOptions): Decoded {
  const refuse = (why: string) =>
    invalid({ group: "", kind: "" }, "", [invalidValue("patch", shown(kind, patched), why)]);
  try {
    if (fieldValidation !== "Strict") return decodeValue(kind, patched, fieldValidation);
    const decoded = decodeValue(kind, patched, "Warn");
    if (decoded.warnings.length === 0) return decoded;
    throw refuse(`strict decoding error: ${decoded.warnings.join(", ")}`);
  } catch (error) {
    if (error instanceof Unreadable) throw refuse(error.why);
    throw error;
  }
}

function patchedObject(kind: ResourceKind, stored: KubeObject, patch: Patch): unknown {
  try {
    switch (patch.type) {
      case "application/json-patch+json":
        return applyJsonPatch(stored, patch.body);
      case "application/merge-patch+json":
        if (!isObject(patch.body))
          throw badRequest("error decoding patch: json: cannot unmarshal into an object");
        return applyMergePatch(stored, patch.body);
      case "application/strategic-merge-patch+json":
        if (kind.custom !== undefined) throw unsupportedPatch();
        return applyStrategicMergePatch(kind.schema, stored, patch.body);
    }
  } catch (error) {
    if (error instanceof PatchFault) throw patchError(kind, patch, error);
    throw error;
  }
}

function unsupportedPatch(): StatusError {
  return new StatusError(
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
  );
}

function patchError(kind: ResourceKind, patch: Patch, fault: PatchFault): StatusError {
  if (fault.problem === "too-large") return new StatusError(413, "RequestEntityTooLarge", fault.message);
  if (patch.type === "application/json-patch+json" && fault.problem === "not-applicable") {
    return new StatusError(
      422,
      "Invalid",
      "the server rejected our request due to an error in our request",
      {},
    );
  }
  if (fault.problem === "malformed") return badRequest(fault.message);
  const message = `Invalid value: ${shown(kind, patch.body)}: ${fault.message}`;
  return invalid({ group: "", kind: "" }, "", [{ reason: "FieldValueInvalid", message, field: "patch" }]);
}

/** What a fault shows of an object or a patch: all, as upstream does, but of a Secret, which it shows too, nothing. */
function shown({ group, kind }: ResourceKind, value: unknown): string {
  return group === "" && kind === "Secret" ? "(hidden)" : JSON.stringify(value);
}
