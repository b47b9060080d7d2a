import type { ResourceKind } from "../kind.ts";
import type { Json, KubeObject } from "../object.ts";
import { unfinished } from "../unfinished.ts";
import type { ApplyOptions, Draft, Patch, WriteOptions } from "./types.ts";

/** Starts a create: defaults and managedFields. `submitted` comes from `decodeBody`. */
export function beginCreate(kind: ResourceKind, submitted: Json, options: WriteOptions): Draft {
  return unfinished(`beginCreate ${kind.kind} ${submitted} ${options.manager}`);
}

/**
 * Starts an update of `stored`: defaults and managedFields. Checks `metadata.resourceVersion` (409) and `uid`.
 */
export function beginUpdate(
  kind: ResourceKind,
  stored: KubeObject,
  submitted: Json,
  options: WriteOptions,
): Draft {
  return unfinished(`beginUpdate ${kind.kind} ${stored} ${submitted} ${options.manager}`);
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
  return unfinished(`beginPatch ${kind.kind} ${stored} ${patch.type} ${options.manager}`);
}

/**
 * Starts a server-side apply; `stored` is undefined when the object doesn't exist yet. Throws StatusError 409
 * with one FieldManagerConflict cause per field owned by others, unless `force`.
 */
export function beginApply(
  kind: ResourceKind,
  stored: KubeObject | undefined,
  applied: Json,
  options: ApplyOptions,
): Draft {
  return unfinished(`beginApply ${kind.kind} ${stored} ${applied} ${options.manager}`);
}
