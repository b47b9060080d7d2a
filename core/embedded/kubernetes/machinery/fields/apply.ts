import { jsonEqual } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";
import { compare } from "./compare.ts";
import { type Conflict, conflictError, conflictSet } from "./conflicts.ts";
import { emptySet, type FieldSet } from "./field-set.ts";
import { type Manager, type Managers, managerKey, managerTime } from "./managers.ts";
import { merge } from "./merge.ts";
import { ownedFields, withNamedFields } from "./owned.ts";
import { removeFields } from "./remove.ts";
import { type Tracking, unownedFields } from "./track.ts";
import { sameSchema } from "./versions.ts";

export interface Applied {
  /** The live object when nothing changes, else the merged one. Neither has managedFields. */
  readonly object: unknown;
  readonly managers: Managers;
}

/**
 * Applies a configuration to the live object: merges it, removes what this manager applied before and no
 * longer does, and settles ownership. Throws StatusError 409 naming every field owned by others, unless `force`.
 * With the manager `kubectl`, fields of the last client-side apply (`lastApplied`) count as its own.
 */
export function applyFields(
  managers: Managers,
  live: unknown,
  applied: unknown,
  by: Tracking & { readonly force: boolean; readonly lastApplied?: FieldSet | undefined },
): Applied {
  const type = by.kind.schema;
  const self = {
    name: by.manager === "" ? "unknown" : by.manager,
    applied: true,
    apiVersion: by.kind.apiVersion,
    subresource: by.subresource,
  };
  const key = managerKey(self);
  const last = managers.get(key);
  const set = ownedFields(type, applied).recursiveDifference(by.resetFields);
  const others = new Map(
    [...managers].filter(([name, m]) => name !== key && sameSchema(by.kind, m.apiVersion)),
  );
  const merged = prune(type, merge(type, live, applied), set, others, last?.set);
  const left = settle(others, type, live, merged, by);
  const unchanged = jsonEqual(live, merged);
  const owned = set.difference(unownedFields);
  const time = unchanged ? last?.time : by.now === undefined ? undefined : managerTime(by.now);
  if (!owned.empty) left.set(key, { ...self, set: owned, time });
  return { object: unchanged ? live : merged, managers: left };
}

/** Takes from the others what changed; refuses when they own it and nothing allows taking it. */
function settle(
  others: ReadonlyMap<string, Manager>,
  type: TypeSchema,
  live: unknown,
  merged: unknown,
  by: Tracking & { readonly force: boolean; readonly lastApplied?: FieldSet | undefined },
): Map<string, Manager> {
  const difference = compare(type, live, merged);
  const removed = difference.removed.recursiveDifference(by.resetFields);
  const changed = difference.modified.union(difference.added).recursiveDifference(by.resetFields);
  if (!by.force) refuseConflicts(others, changed, by.lastApplied);
  const lost = changed.union(removed);
  const left = new Map<string, Manager>();
  for (const [key, manager] of others) {
    const set = manager.set.difference(lost);
    if (!set.empty) left.set(key, set === manager.set ? manager : { ...manager, set });
  }
  return left;
}

function refuseConflicts(
  others: ReadonlyMap<string, Manager>,
  changed: FieldSet,
  lastApplied: FieldSet | undefined,
): void {
  const conflicts: Conflict[] = [];
  for (const manager of others.values()) {
    for (const path of manager.set.intersection(changed).paths()) conflicts.push({ manager, path });
  }
  if (conflicts.length === 0) return;
  if (lastApplied === undefined) throw conflictError(conflicts);
  if (conflictSet(conflicts).difference(lastApplied).empty) return;
  throw conflictError(conflicts.filter(({ path }) => !lastApplied.has(path)));
}

/** Removes what the manager applied last time, doesn't apply now, and nobody else owns. */
function prune(
  type: TypeSchema,
  merged: unknown,
  set: FieldSet,
  others: ReadonlyMap<string, Manager>,
  lastSet: FieldSet | undefined,
): unknown {
  if (lastSet === undefined || lastSet.empty) return merged;
  if (lastSet.difference(set).empty) return merged;
  const last = withNamedFields(lastSet, type);
  const pruned = removeFields(type, merged, last);
  let owned = set;
  for (const manager of others.values()) owned = owned.union(manager.set);
  const all = withNamedFields(ownedFields(type, merged), type);
  const withOwned = removeFields(
    type,
    merged,
    all.difference(named(type, pruned).union(withNamedFields(owned, type))),
  );
  return removeFields(type, merged, all.difference(named(type, withOwned)).intersection(last));
}

function named(type: TypeSchema, value: unknown): FieldSet {
  return value === undefined ? emptySet : withNamedFields(ownedFields(type, value), type);
}
