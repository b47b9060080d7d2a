import { isObject } from "@catalyst/base/json";
import type { ResourceKind } from "../kind.ts";
import type { Fields } from "../resources/fields.ts";
import type { TypeSchema } from "../schema/type-schema.ts";

/** Groups whose objects upstream stores as JSON, which keeps an empty list. */
const storedAsJson = new Set(["apiextensions.k8s.io", "apiregistration.k8s.io"]);

/**
 * The object as it is read back once stored: an empty list of a field that is always printed is none, printed as null.
 * Shares what stays as it is.
 */
export function asStored(kind: ResourceKind, object: Fields): Fields {
  if (kind.custom !== undefined || storedAsJson.has(kind.group)) return object;
  return readBack(kind.schema, object) as Fields;
}

function readBack(type: TypeSchema, value: unknown): unknown {
  if (Array.isArray(value)) return shared(value, (item) => readBack(type.items as TypeSchema, item));
  if (!isObject(value)) return value;
  let copy: Fields | undefined;
  for (const [key, field] of listsBelow(type)) {
    const before = value[key];
    if (before === undefined || before === null) continue;
    const empty = field.always && Array.isArray(before) && before.length === 0;
    const after = empty ? null : field.deep ? readBack(field.type, before) : before;
    if (after === before) continue;
    copy ??= { ...value };
    copy[key] = after;
  }
  return copy ?? value;
}

function shared(list: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.some((item, index) => item !== list[index]) ? changed : list;
}

interface Below {
  readonly type: TypeSchema;
  /** The field itself is a list that is always printed. */
  readonly always: boolean;
  /** There are such lists below it. */
  readonly deep: boolean;
}

const known = new WeakMap<TypeSchema, ReadonlyMap<string, Below>>();
const none: ReadonlyMap<string, Below> = new Map();

/** The fields of a type in which such lists are found; what refers to itself is looked into once. */
function listsBelow(type: TypeSchema): ReadonlyMap<string, Below> {
  const found = known.get(type);
  if (found !== undefined) return found;
  known.set(type, none);
  const below = new Map<string, Below>();
  for (const [key, field] of type.fields ?? []) {
    const always = field.type.type === "list" && field.zero === "always";
    const item = field.type.type === "list" ? field.type.items : field.type;
    const deep = item?.type === "object" && listsBelow(item).size > 0;
    if (always || deep) below.set(key, { type: field.type, always, deep });
  }
  known.set(type, below);
  return below;
}
