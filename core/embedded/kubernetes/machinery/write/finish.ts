import { rfc3339 } from "@catalyst/base/clock";
import { isObject, jsonEqual } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { type Fields, text } from "../resources/fields.ts";
import { prepareForCreate, prepareForUpdate } from "../resources/strategy.ts";
import { validatorOf } from "../resources/validate/index.ts";
import { sentEmptyOf, withoutSentEmpty } from "../schema/sent-empty.ts";
import { badRequest, type FieldFault, invalid, StatusError } from "../status.ts";
import { asStored } from "./stored-form.ts";
import type { CreateFacts, WriteOptions, Written } from "./types.ts";

/** Names made by `generateName` keep this many characters of their prefix. */
const maxPrefix = 58;

/**
 * Ends a create after admission: fills name, uid, creationTimestamp and generation, clears what a create may
 * not set (status …), validates. Throws StatusError 422 or 400.
 */
export async function finishCreate(
  kind: ResourceKind,
  draft: KubeObject,
  facts: CreateFacts,
): Promise<Written> {
  const validator = await validatorOf(kind);
  const object: Fields = { ...draft, metadata: createdMetadata(kind, draft, facts) };
  for (const part of ["spec", "status"]) if (isObject(object[part])) object[part] = { ...object[part] };
  const preparing = prepareForCreate(kind, object);
  refuse(kind, object, await validator.create(object));
  const warnings = [...new Set([...preparing, ...validator.warnings(object, undefined, "")])];
  const stored = withoutSentEmpty(asStored(kind, object));
  return { object: stored as unknown as KubeObject, changed: true, warnings };
}

function createdMetadata(kind: ResourceKind, draft: KubeObject, facts: CreateFacts): Fields {
  const metadata: Fields = { ...draft.metadata };
  if (text(metadata, "resourceVersion") !== "") {
    throw new StatusError(500, "", "resourceVersion should not be set on objects to be created");
  }
  delete metadata["resourceVersion"];
  delete metadata["deletionTimestamp"];
  delete metadata["deletionGracePeriodSeconds"];
  delete metadata["selfLink"];
  if (kind.namespaced) metadata["namespace"] = namespaceOf(metadata, facts);
  else delete metadata["namespace"];
  const prefix = text(metadata, "generateName");
  if (text(metadata, "name") === "" && prefix !== "") {
    metadata["name"] = prefix.slice(0, maxPrefix) + facts.nameSuffix();
  }
  metadata["uid"] = facts.uid;
  metadata["creationTimestamp"] = rfc3339(facts.now);
  return metadata;
}

function namespaceOf(metadata: Fields, facts: CreateFacts): unknown {
  const given = text(metadata, "namespace");
  if (given !== "" && facts.namespace !== undefined && given !== facts.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  return facts.namespace ?? given;
}

/**
 * Ends an update or patch after admission: keeps what this subresource may not change, moves the generation,
 * validates against the stored object. Throws StatusError 422.
 */
export async function finishUpdate(
  kind: ResourceKind,
  stored: KubeObject,
  draft: KubeObject,
  options: Pick<WriteOptions, "subresource" | "now">,
): Promise<Written> {
  const validator = await validatorOf(kind);
  const before = stored as unknown as Fields;
  const object: Fields = { ...draft, metadata: { ...draft.metadata } };
  for (const part of ["spec", "status"]) if (isObject(object[part])) object[part] = { ...object[part] };
  prepareForUpdate(kind, object, before, options.subresource ?? "", rfc3339(options.now));
  const subresource = options.subresource ?? "";
  const after = withoutSentEmpty(asStored(kind, object));
  const changed = !sameContent(after, before);
  const found: string[] = [];
  // What was sent empty is a change that an immutable object refuses, though nothing of it would be stored.
  if (changed || (before["immutable"] === true && sentEmptyOf(object).length > 0))
    refuse(kind, object, await validator.update(object, before, subresource, found));
  const warnings = [...new Set([...found, ...validator.warnings(object, before, subresource)])];
  return { object: changed ? (after as unknown as KubeObject) : stored, changed, warnings };
}

function refuse(kind: ResourceKind, object: Fields, faults: readonly FieldFault[]): void {
  if (faults.length === 0) return;
  throw invalid(kind, text(object["metadata"] as Fields, "name"), faults);
}

/** Tells whether two versions differ in nothing but the times of managedFields. */
function sameContent(object: Fields, stored: Fields): boolean {
  for (const key of new Set([...Object.keys(object), ...Object.keys(stored)])) {
    if (key !== "metadata" && !jsonEqual(object[key], stored[key])) return false;
  }
  const { managedFields: managers, ...metadata } = object["metadata"] as Fields;
  const { managedFields: held, ...before } = stored["metadata"] as Fields;
  return jsonEqual(metadata, before) && sameManagers(managers, held);
}

function sameManagers(managers: unknown, held: unknown): boolean {
  if (managers === held) return true;
  if (!Array.isArray(managers) || !Array.isArray(held)) return false;
  if (managers.length !== held.length) return false;
  const key = (entry: unknown) =>
    isObject(entry)
      ? `${entry["manager"]} ${entry["operation"]} ${entry["subresource"]} ${entry["apiVersion"]}`
      : "";
  const byKey = new Map(held.map((entry) => [key(entry), entry as Fields]));
  return managers.every((entry: Fields) => jsonEqual(entry["fieldsV1"], byKey.get(key(entry))?.["fieldsV1"]));
}
