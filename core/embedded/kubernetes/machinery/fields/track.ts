import type { ResourceKind } from "../kind.ts";
import { compare } from "./compare.ts";
import { emptySet, type FieldSet, setOfFields } from "./field-set.ts";
import { capUpdateManagers, type Manager, type Managers, managerKey, managerTime } from "./managers.ts";
import { sameSchema } from "./versions.ts";

/** Bookkeeping that belongs to nobody. */
export const unownedFields: FieldSet = setOfFields([
  "apiVersion",
  "kind",
  "metadata",
  "metadata.name",
  "metadata.namespace",
  "metadata.creationTimestamp",
  "metadata.selfLink",
  "metadata.uid",
  "metadata.clusterName",
  "metadata.generation",
  "metadata.managedFields",
  "metadata.resourceVersion",
]);

export interface Tracking {
  readonly kind: ResourceKind;
  readonly manager: string;
  readonly subresource: string;
  /** Milliseconds since the epoch; undefined writes no time, as upstream does for the scale subresource. */
  readonly now: number | undefined;
  /** What writes through this subresource can't change, so nobody comes to own it by them. */
  readonly resetFields: FieldSet;
}

/**
 * The managers after an update (create, update, patch): who wrote comes to own what changed, others lose it.
 * `before` is an empty object of the kind for a create. The time moves only when something was taken.
 */
export function trackUpdate(managers: Managers, before: unknown, after: unknown, by: Tracking): Managers {
  const difference = compare(by.kind.schema, before, after);
  const removed = difference.removed.recursiveDifference(by.resetFields);
  const changed = difference.modified.union(difference.added).recursiveDifference(by.resetFields);
  if (removed.empty && changed.empty) return managers;
  const lost = changed.union(removed);
  const left = new Map<string, Manager>();
  for (const [key, manager] of managers) {
    if (!sameSchema(by.kind, manager.apiVersion)) continue;
    const set = manager.set.difference(lost);
    if (!set.empty) left.set(key, set === manager.set ? manager : { ...manager, set });
  }
  const taken = changed.difference(unownedFields);
  if (!taken.empty) addOwner(left, taken, by);
  capUpdateManagers(left);
  return left;
}

function addOwner(managers: Map<string, Manager>, taken: FieldSet, by: Tracking): void {
  const owner = {
    name: by.manager === "" ? "unknown" : by.manager,
    applied: false,
    apiVersion: by.kind.apiVersion,
    subresource: by.subresource,
  };
  const key = managerKey(owner);
  const before = managers.get(key)?.set ?? emptySet;
  managers.set(key, {
    ...owner,
    set: taken.union(before),
    time: by.now === undefined ? undefined : managerTime(by.now),
  });
}
