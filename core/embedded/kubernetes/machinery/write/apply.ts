import { canonicalJson, isObject } from "@catalyst/base/json";
import { applyFields } from "../fields/apply.ts";
import { compare } from "../fields/compare.ts";
import type { FieldSet } from "../fields/field-set.ts";
import { type Managers, readManagers } from "../fields/managers.ts";
import { ownedFields } from "../fields/owned.ts";
import { trackUpdate } from "../fields/track.ts";
import { typedFault } from "../fields/typed-check.ts";
import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import type { Fields } from "../resources/fields.ts";
import { badRequest, StatusError } from "../status.ts";
import { trackingOf, withManagers, withoutManagers } from "./begin.ts";
import { boundedDepth, decodeValue } from "./decode.ts";
import { emptyObject, fillDefaults } from "./defaults.ts";
import { checkIdentity } from "./identity.ts";
import type { ApplyOptions, Draft } from "./types.ts";

const lastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Starts a server-side apply; `stored` is undefined when the object doesn't exist yet. `applied` is the parsed
 * body as it was sent (not from `decodeBody`: what isn't said must stay unsaid). Throws StatusError 409 with one
 * FieldManagerConflict cause per field owned by others, unless `force`; 400; 500 as upstream for fields the type
 * doesn't know.
 */
export function beginApply(
  kind: ResourceKind,
  stored: KubeObject | undefined,
  applied: Json,
  options: ApplyOptions,
): Draft {
  return boundedDepth(() => apply(kind, stored, applied, options));
}

function apply(
  kind: ResourceKind,
  stored: KubeObject | undefined,
  applied: Json,
  options: ApplyOptions,
): Draft {
  checkApplied(kind, applied);
  if (stored !== undefined) checkVersion(kind, stored, applied);
  const live = stored === undefined ? emptyObject(kind) : withoutManagers(stored as unknown as Json);
  const managers = managersBefore(kind, stored, live, options);
  const kubectl = options.manager === "kubectl";
  const result = applyFields(managers, live, applied, {
    ...trackingOf(kind, options),
    force: options.force,
    lastApplied: kubectl ? lastAppliedFields(kind, live) : undefined,
  });
  const object = result.object === live && stored !== undefined ? live : typed(kind, stored, result.object);
  const annotated = kubectl ? withLastApplied(object, applied) : object;
  return { object: withManagers(annotated, result.managers), warnings: [] };
}

function checkApplied(kind: ResourceKind, applied: Json): void {
  if (applied["apiVersion"] !== kind.apiVersion || applied["kind"] !== kind.kind) {
    const { apiVersion, kind: named } = applied;
    const version = qualifiedVersion(typeof apiVersion === "string" ? apiVersion : "");
    throw badRequest(`invalid object type: ${version}, Kind=${typeof named === "string" ? named : ""}`);
  }
  const { metadata } = applied;
  if (isObject(metadata) && Array.isArray(metadata["managedFields"])) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const fault = typedFault(kind.schema, applied);
  if (fault === undefined) return;
  const { name = "", namespace = "" } = isObject(metadata) ? metadata : {};
  const version = `${qualifiedVersion(kind.apiVersion)}, Kind=${kind.kind}`;
  throw new StatusError(
    500,
    "",
    `failed to create typed patch object (${String(namespace)}/${String(name)}; ${version}): ${fault}`,
  );
}

/** A group and version as Go prints them: the core group's name is empty. */
function qualifiedVersion(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
}

function checkVersion(kind: ResourceKind, stored: KubeObject, applied: Json): void {
  const metadata = isObject(applied["metadata"]) ? applied["metadata"] : {};
  // Only what was said counts: an apply without resourceVersion is unconditional for every kind.
  checkIdentity(kind, stored, { metadata: { name: stored.metadata.name, ...metadata } }, "apply", true);
}

/** Until the first apply nobody owned anything: then all that is there belongs to whoever was before. */
function managersBefore(
  kind: ResourceKind,
  stored: KubeObject | undefined,
  live: Fields,
  options: ApplyOptions,
): Managers {
  if (stored === undefined) return new Map();
  const managers = readManagers(stored.metadata.managedFields);
  if (managers !== undefined && managers.size > 0) return managers;
  const before = { ...options, manager: "before-first-apply" };
  return trackUpdate(new Map(), emptyObject(kind), live, trackingOf(kind, before));
}

/** The merged object as its type reads it, with defaults. */
function typed(kind: ResourceKind, stored: KubeObject | undefined, merged: unknown): Fields {
  const { object } = decodeValue(kind, merged, "Ignore");
  const fields = object as Fields;
  fillDefaults(kind, fields);
  if (stored !== undefined) checkIdentity(kind, stored, fields, "apply", true);
  return fields;
}

function annotationsOf(object: Json): Fields {
  const metadata = object["metadata"];
  const annotations = isObject(metadata) ? metadata["annotations"] : undefined;
  return isObject(annotations) ? annotations : {};
}

/** What the last client-side apply set and is still so: `kubectl apply --server-side` may take it over. */
function lastAppliedFields(kind: ResourceKind, live: Fields): FieldSet | undefined {
  const text = annotationsOf(live)[lastAppliedAnnotation];
  if (typeof text !== "string" || text === "") return undefined;
  let last: unknown;
  try {
    last = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(last) || last["apiVersion"] !== kind.apiVersion) return undefined;
  // A live object with two items of one key can't be compared either: it keeps its conflicts.
  if ([live, last].some((object) => typedFault(kind.schema, object) !== undefined)) return undefined;
  const difference = compare(kind.schema, last, live);
  return ownedFields(kind.schema, last)
    .difference(difference.modified)
    .difference(difference.added)
    .difference(difference.removed);
}

/** Keeps the annotation of client-side apply in step, where there is one. */
function withLastApplied(object: Fields, applied: Json): Fields {
  const annotations = annotationsOf(object);
  if (!annotations[lastAppliedAnnotation]) return object;
  const metadata = isObject(applied["metadata"]) ? applied["metadata"] : {};
  const { [lastAppliedAnnotation]: _old, ...rest } = annotationsOf(applied);
  const config = isObject(metadata["annotations"])
    ? { ...applied, metadata: { ...metadata, annotations: rest } }
    : applied;
  const updated = { ...annotations, [lastAppliedAnnotation]: `${canonicalJson(config)}\n` };
  return { ...object, metadata: { ...(object["metadata"] as Fields), annotations: updated } };
}
