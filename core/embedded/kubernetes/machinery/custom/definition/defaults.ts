import { isObject, jsonEqual } from "@catalyst/base/json";
import { at, type Fields } from "../../resources/fields.ts";
import type { TypeSchema } from "../../schema/type-schema.ts";
import type { FieldFault } from "../../status.ts";
import { invalidValue } from "../../validate/faults.ts";
import { compileCustomType } from "../compile.ts";
import { checkExpressions } from "../expressions.ts";
import { prune } from "../prune.ts";
import { validateValue } from "../validate.ts";

/**
 * Defaults of a structural schema that are no values of their own schema: pruned, valid, and good to its rules.
 * Source: apiextensions' `schema/defaulting/validation.go`.
 */
export function defaultFaults(schema: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const root: TypeSchema = { ...compileCustomType(schema, false), embedded: true };
  visit(schema, root, path, false, faults);
  return faults;
}

function visit(
  schema: Fields,
  type: TypeSchema | undefined,
  path: string,
  insideMeta: boolean,
  faults: FieldFault[],
): void {
  if (type === undefined) return;
  const inside = insideMeta && type.embedded !== true;
  const value = schema["default"];
  if (value !== undefined && value !== null)
    faults.push(...valueFaults(type, value, `${path}.default`, inside));
  if (isObject(schema["items"])) visit(schema["items"], type.items, `${path}.items`, inside, faults);
  for (const [name, part] of Object.entries(at(schema, "properties"))) {
    if (!isObject(part)) continue;
    const isMeta = type.embedded === true && ["metadata", "apiVersion", "kind"].includes(name);
    const field = isMeta ? undefined : type.fields?.get(name)?.type;
    visit(part, field, `${path}.properties[${name}]`, inside || isMeta, faults);
  }
}

function valueFaults(
  type: TypeSchema,
  value: unknown,
  field: string,
  inside: boolean,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (!inside && !jsonEqual(prune(type, value, "", []), value)) {
    faults.push(invalidValue(field, value, "must not have unknown fields"));
  }
  const wrong = validateValue(type, value, field);
  if (wrong.length > 0) return [...faults, ...wrong];
  const kept = checkExpressions(type, value, { old: value, path: field }).faults;
  return [...faults, ...(kept.length > 0 ? kept : checkExpressions(type, value, { path: field }).faults)];
}
