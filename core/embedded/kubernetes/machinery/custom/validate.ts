import { canonicalJson, isObject, jsonEqual } from "@catalyst/base/json";
import { itemElement } from "../fields/path-element.ts";
import type { TypeSchema } from "../schema/type-schema.ts";
import type { FieldFault } from "../status.ts";
import { duplicate, invalidValue, unsupported, wrongType } from "../validate/faults.ts";
import { embeddedFaults } from "./embedded.ts";
import { hasExpressions } from "./has-expressions.ts";
import { itemsByKey } from "./items.ts";
import { checkRules, formatFault, jsonType } from "./rules.ts";

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with a custom object, and what is not refused because it was so before. */
export interface CustomVerdict {
  readonly faults: readonly FieldFault[];
  readonly warnings: readonly string[];
}

/** Faults that keep rules from being run: an object that isn't of its type would only confuse them. */
const blocking = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

const notChecked: FieldFault = {
  reason: "FieldValueInvalid",
  message:
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
  field: "<nil>",
};

/**
 * Everything in an object that its CRD's schema doesn't allow, with upstream's paths and words. What `stored` has
 * just so is let be: a schema may get stricter than the objects there are. Metadata is checked elsewhere. CEL is loaded
 * with the first type that has rules.
 */
export async function judgeCustom(type: TypeSchema, object: Json, stored?: Json): Promise<CustomVerdict> {
  const faults: FieldFault[] = [];
  const before = stored === undefined ? undefined : { value: content(stored) };
  check(type, content(object), "", faults, before);
  if (stored === undefined || listFaults(type, content(stored)).length === 0) {
    faults.push(...listFaults(type, content(object)));
  }
  if (!hasExpressions(type)) return { faults, warnings: [] };
  if (faults.some((fault) => blocking.has(fault.reason))) {
    return { faults: [...faults, notChecked], warnings: [] };
  }
  const { checkExpressions } = await import("./expressions.ts");
  const judged = checkExpressions(type, object, { old: stored, isResource: true });
  return { faults: [...faults, ...judged.faults], warnings: judged.warnings };
}

/** What is wrong with a single value, such as a default. */
export function validateValue(type: TypeSchema, value: unknown, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  check(type, value, "", faults, undefined);
  // Upstream hands a value over without its path, and puts that before what comes back.
  const placed = faults.map((fault) => ({
    ...fault,
    field: fault.field === "" ? path : fault.field === "<nil>" ? fault.field : `${path}.${fault.field}`,
  }));
  return [...placed, ...listFaults(type, value, path)];
}

function content(object: Json): Json {
  const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest;
}

/** The value as it was before, where it can be told which that is. */
type Before = { readonly value: unknown } | undefined;

function check(type: TypeSchema, value: unknown, path: string, faults: FieldFault[], before: Before): void {
  if (before !== undefined && jsonEqual(value, before.value)) return;
  if (value === null && type.nullable === true) return;
  if (!isOfType(type, value)) {
    faults.push(...typeFaults(type, value, path));
    return;
  }
  if (type.rules !== undefined) checkRules(type.rules, value, path, faults);
  const { format } = type;
  if (format !== undefined && typeof value === "string") {
    const fault = formatFault(format, value, path);
    if (fault !== undefined) faults.push(fault);
  }
  if (typeof value === "number" && !fitsFormat(type, value)) {
    faults.push(notOfNumber(`type ${type.type} with format ${format}`, path));
  }
  if (Array.isArray(value)) checkItems(type, value, path, faults, before);
  else if (isObject(value)) checkEntries(type, value, path, faults, before);
}

function typeFaults(type: TypeSchema, value: unknown, path: string): readonly FieldFault[] {
  const found = jsonType(value);
  const wanted = type.type === "int-or-string" ? "integer,string" : openApiType(type.type);
  const fault = wrongType(path, found, `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`);
  const { enum: allowed } = type.rules ?? {};
  const faults = allowed === undefined ? [fault] : [unsupported(path, value, allowed), fault];
  const isFraction = type.type === "integer" && typeof value === "number";
  return isFraction ? [notOfNumber("type integer (default format)", path), ...faults] : faults;
}

function notOfNumber(wanted: string, path: string): FieldFault {
  return invalidValue("<nil>", "", `Checked value must be of ${wanted} in ${path}`);
}

/** Numbers of a format that don't fit in it. */
function fitsFormat(type: TypeSchema, value: number): boolean {
  switch (type.format) {
    case "int32":
      return value >= -(2 ** 31) && value < 2 ** 31;
    case "uint32":
      return value >= 0 && value < 2 ** 32;
    case "uint64":
      return value >= 0;
    case "float":
      return Number.isFinite(Math.fround(value));
    default:
      return true;
  }
}

function checkItems(
  type: TypeSchema,
  items: readonly unknown[],
  path: string,
  faults: FieldFault[],
  before: Before,
): void {
  const { items: itemType } = type;
  if (itemType === undefined) return;
  const known = itemsByKey(type, before?.value);
  items.forEach((item, index) => {
    const same = known?.get(itemElement(type, item));
    check(itemType, item, `${path}[${index}]`, faults, same === undefined ? undefined : { value: same });
  });
}

function checkEntries(
  type: TypeSchema,
  value: Record<string, unknown>,
  path: string,
  faults: FieldFault[],
  before: Before,
): void {
  for (const key of Object.keys(value)) {
    if (type.embedded === true && ownFields.has(key)) continue;
    const below = type.fields?.get(key)?.type ?? type.values;
    if (below === undefined) continue;
    const held = isObject(before?.value) ? before.value[key] : undefined;
    const place = path === "" ? key : `${path}.${key}`;
    check(below, value[key], place, faults, held === undefined ? undefined : { value: held });
  }
  if (type.embedded === true) faults.push(...embeddedFaults(value, path));
}

const ownFields: ReadonlySet<string> = new Set(["metadata", "apiVersion", "kind"]);

/** Items that stand twice in lists that are sets or maps. */
function listFaults(type: TypeSchema, value: unknown, path = ""): readonly FieldFault[] {
  if (Array.isArray(value)) {
    const own = type.listType === "set" || type.listType === "map" ? twice(type, value, path) : [];
    const { items } = type;
    if (items === undefined) return own;
    return [...own, ...value.flatMap((item, index) => listFaults(items, item, `${path}[${index}]`))];
  }
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const field = type.fields?.get(key)?.type;
    if (field !== undefined) return listFaults(field, value[key], path === "" ? key : `${path}.${key}`);
    return type.values === undefined ? [] : listFaults(type.values, value[key], `${path}[${key}]`);
  });
}

function twice(type: TypeSchema, items: readonly unknown[], path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const seen = new Map<string, boolean>();
  items.forEach((item, index) => {
    const key = type.listType === "map" ? keyOf(type, item) : item;
    const text = canonicalJson(key);
    // A third one is no news.
    if (seen.get(text) === false) faults.push(duplicate(`${path}[${index}]`, key));
    seen.set(text, seen.has(text));
  });
  return faults;
}

function keyOf(type: TypeSchema, item: unknown): unknown {
  if (!isObject(item)) return item;
  const keys = [...(type.mapKeys ?? [])].sort();
  return Object.fromEntries(keys.map((key) => [key, item[key]]));
}

function isOfType(type: TypeSchema, value: unknown): boolean {
  switch (type.type) {
    case "object":
    case "map":
      return isObject(value);
    case "list":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "int-or-string":
      return Number.isInteger(value) || typeof value === "string";
    case "any":
      return true;
    default:
      return typeof value === type.type;
  }
}

function openApiType(type: TypeSchema["type"]): string {
  return type === "list" ? "array" : type === "map" ? "object" : type;
}
