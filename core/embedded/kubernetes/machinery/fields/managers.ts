import { rfc3339 } from "@catalyst/base/clock";
import { isObject } from "@catalyst/base/json";
import { FieldSet } from "./field-set.ts";
import { fieldsToSet, setToFields } from "./fields-v1.ts";

/** Who a set of fields belongs to: one entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly applied: boolean;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly set: FieldSet;
  /** RFC 3339, seconds. */
  readonly time: string | undefined;
}

/** Managers by identity; an update's identity includes the version it wrote, an apply's doesn't. */
export type Managers = ReadonlyMap<string, Manager>;

/** The identity of a manager within an object. */
export function managerKey(of: Pick<Manager, "name" | "applied" | "apiVersion" | "subresource">): string {
  return JSON.stringify([of.applied, of.name, of.subresource, of.applied ? "" : of.apiVersion]);
}

/** Reads `metadata.managedFields`; undefined when an entry makes no sense. */
export function readManagers(entries: unknown): Managers | undefined {
  const managers = new Map<string, Manager>();
  if (!Array.isArray(entries)) return managers;
  for (const entry of entries) {
    if (!isObject(entry)) return undefined;
    const { manager, operation, apiVersion, subresource, fieldsType, fieldsV1, time } = entry;
    if (operation !== "Apply" && operation !== "Update") return undefined;
    if (typeof apiVersion !== "string" || apiVersion === "" || fieldsType !== "FieldsV1") return undefined;
    const read: Manager = {
      name: typeof manager === "string" ? manager : "",
      applied: operation === "Apply",
      apiVersion,
      subresource: typeof subresource === "string" ? subresource : "",
      set: fieldsToSet(fieldsV1),
      time: typeof time === "string" ? time : undefined,
    };
    managers.set(managerKey(read), read);
  }
  return managers;
}

/** Writes `metadata.managedFields` in upstream's order; undefined when there are no managers. */
export function writeManagers(managers: Iterable<Manager>): readonly unknown[] | undefined {
  const all = [...managers].sort(inOrder);
  if (all.length === 0) return undefined;
  return all.map((manager) => ({
    ...(manager.name === "" ? {} : { manager: manager.name }),
    operation: manager.applied ? "Apply" : "Update",
    apiVersion: manager.apiVersion,
    ...(manager.time === undefined ? {} : { time: manager.time }),
    fieldsType: "FieldsV1",
    fieldsV1: setToFields(manager.set),
    ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
  }));
}

function inOrder(a: Manager, b: Manager): number {
  return (
    Number(b.applied) - Number(a.applied) ||
    compareText(a.time ?? "", b.time ?? "") ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** More managers than this by update and the oldest are put together (`ancient-changes`). */
const maxUpdateManagers = 10;

/** Puts the oldest update managers of each version together until there are few enough. */
export function capUpdateManagers(managers: Map<string, Manager>): void {
  const updaters = [...managers].filter(([, manager]) => !manager.applied);
  if (updaters.length <= maxUpdateManagers) return;
  updaters.sort(([a, x], [b, y]) => compareText(x.time ?? "", y.time ?? "") || compareText(a, b));
  const first = new Map<string, string>();
  let count = updaters.length;
  for (const [key, manager] of updaters) {
    if (count <= maxUpdateManagers) return;
    const { apiVersion } = manager;
    const firstKey = first.get(apiVersion);
    if (firstKey === undefined) {
      first.set(apiVersion, key);
      continue;
    }
    const bucket = { name: "ancient-changes", applied: false, apiVersion, subresource: "" };
    const bucketKey = managerKey(bucket);
    const held = managers.get(bucketKey)?.set ?? managers.get(firstKey)?.set ?? new FieldSet();
    managers.delete(firstKey);
    managers.delete(key);
    managers.set(bucketKey, { ...bucket, set: manager.set.union(held), time: manager.time });
    count--;
  }
}

/** The time of a manager's entry. */
export function managerTime(now: number): string {
  return rfc3339(now);
}
