import { isObject } from "@catalyst/base/json";
import { FieldSet, sortedElements } from "./field-set.ts";

type FieldsV1 = Readonly<Record<string, unknown>>;

const read = new WeakMap<object, FieldSet>();
const written = new WeakMap<FieldSet, FieldsV1>();

/**
 * Reads `managedFields[].fieldsV1`. Stored objects are shared from version to version, so the same value is
 * mostly read once.
 */
export function fieldsToSet(fields: unknown): FieldSet {
  if (!isObject(fields)) return new FieldSet();
  let set = read.get(fields);
  if (set === undefined) {
    set = parse(fields);
    read.set(fields, set);
    written.set(set, fields);
  }
  return set;
}

function parse(fields: Record<string, unknown>): FieldSet {
  const set = new FieldSet();
  for (const element of Object.keys(fields)) {
    if (element === ".") continue;
    const below = fields[element];
    const keys = isObject(below) ? Object.keys(below) : [];
    if (keys.length === 0 || Object.hasOwn(below as object, ".")) set.addMember(element);
    if (keys.length > 1 || (keys.length === 1 && keys[0] !== ".")) {
      set.setChild(element, parse(below as Record<string, unknown>));
    }
  }
  return set;
}

/** Writes a set as FieldsV1; the same object for the same set. */
export function setToFields(set: FieldSet): FieldsV1 {
  let fields = written.get(set);
  if (fields === undefined) {
    fields = print(set, false);
    written.set(set, fields);
    read.set(fields, set);
  }
  return fields;
}

function print(set: FieldSet, self: boolean): FieldsV1 {
  const fields: Record<string, unknown> = self ? { ".": {} } : {};
  for (const element of sortedElements(set)) {
    const below = set.children.get(element);
    fields[element] = below === undefined ? {} : print(below, set.members.has(element));
  }
  return fields;
}
