import { canonicalJson, isObject } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";
import type { FieldFault } from "../status.ts";
import { duplicate, required, unsupported, wrongType } from "../validate/faults.ts";
import { checkRules, formatFault, jsonType } from "./rules.ts";

/**
 * Everything in an object that its CRD's schema doesn't allow, with upstream's paths and words. Metadata is
 * checked elsewhere.
 */
export function validateCustom(
  type: TypeSchema,
  object: Readonly<Record<string, unknown>>,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  check(type, rest, "", faults);
  return faults;
}

function check(type: TypeSchema, value: unknown, path: string, faults: FieldFault[]): void {
  if (value === null && type.nullable === true) return;
  if (!isOfType(type, value)) {
    const found = jsonType(value);
    const wanted = type.type === "int-or-string" ? "integer,string" : openApiType(type.type);
    const { enum: allowed } = type.rules ?? {};
    if (allowed !== undefined) faults.push(unsupported(path, value, allowed));
    faults.push(
      wrongType(path, found, `${path} in body must be of type ${wanted}: ${JSON.stringify(found)}`),
    );
    return;
  }
  if (type.rules !== undefined) checkRules(type.rules, value, path, faults);
  if (type.format !== undefined && typeof value === "string") {
    const fault = formatFault(type.format, value, path);
    if (fault !== undefined) faults.push(fault);
  }
  if (Array.isArray(value)) checkItems(type, value, path, faults);
  else if (isObject(value)) checkEntries(type, value, path, faults);
}

function checkItems(type: TypeSchema, items: readonly unknown[], path: string, faults: FieldFault[]): void {
  const { items: itemType } = type;
  if (itemType !== undefined) {
    items.forEach((item, index) => {
      check(itemType, item, `${path}[${index}]`, faults);
    });
  }
  if (type.listType !== "set" && type.listType !== "map") return;
  const seen = new Set<string>();
  items.forEach((item, index) => {
    const key = type.listType === "map" ? keyOf(type, item) : item;
    const text = canonicalJson(key);
    if (seen.has(text)) faults.push(duplicate(`${path}[${index}]`, key));
    seen.add(text);
  });
}

function keyOf(type: TypeSchema, item: unknown): unknown {
  if (!isObject(item)) return item;
  return Object.fromEntries((type.mapKeys ?? []).map((key) => [key, item[key]]));
}

function checkEntries(
  type: TypeSchema,
  value: Record<string, unknown>,
  path: string,
  faults: FieldFault[],
): void {
  for (const key of Object.keys(value)) {
    const below = type.fields?.get(key)?.type ?? type.values;
    if (below !== undefined) check(below, value[key], path === "" ? key : `${path}.${key}`, faults);
  }
  if (type.embedded !== true) return;
  for (const key of ["apiVersion", "kind"]) {
    if (typeof value[key] !== "string" || value[key] === "")
      faults.push(required(`${path}.${key}`, "must not be empty"));
  }
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
