import { FieldSet } from "../fields/field-set.ts";
import { type Manager, type Managers, managerKey } from "../fields/managers.ts";
import { sameSchema } from "../fields/versions.ts";
import type { ResourceKind } from "../kind.ts";

/*
 * Who owns the replicas of an object, as its Scale has it and back. Source: apimachinery's
 * `pkg/util/managedfields/scalehandler.go`, whose ways with entries of one manager are kept.
 */

const scaleVersion = "autoscaling/v1";
const inScale = ["f:spec", "f:replicas"];

function setOf(path: readonly string[]): FieldSet {
  const set = new FieldSet();
  set.insert(path);
  return set;
}

/** The managers of an object that own its replicas, as managers of its Scale. */
export function toScale(kind: ResourceKind, managers: Managers, path: readonly string[]): Managers {
  const owners = [...managers.values()].filter(
    (manager) => sameSchema(kind, manager.apiVersion) && manager.set.has(path),
  );
  return keyed(owners.map((manager) => ({ ...manager, apiVersion: scaleVersion, set: setOf(inScale) })));
}

function keyed(managers: readonly Manager[]): Managers {
  return new Map(managers.map((manager) => [managerKey(manager), manager]));
}

/** The managers of an object after its Scale was written, whose managers are `scale`. */
export function fromScale(
  kind: ResourceKind,
  managers: Managers,
  scale: Managers,
  path: readonly string[],
): readonly Manager[] {
  const left = new Map(scale);
  const own = [...managers].flatMap(([key, manager]) => {
    if (!sameSchema(kind, manager.apiVersion)) return [];
    if (!manager.set.has(path) || left.delete(key)) return [manager];
    const set = manager.set.difference(setOf(path));
    return set.empty ? [] : [{ ...manager, set }];
  });
  const taken = [...left]
    .filter(([, manager]) => manager.set.has(inScale))
    .map(([key, manager]) => ({
      ...manager,
      apiVersion: kind.apiVersion,
      set: setOf(path),
      time: managers.get(key)?.time,
    }));
  return [...own, ...taken];
}
