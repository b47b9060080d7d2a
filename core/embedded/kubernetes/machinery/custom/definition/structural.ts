import { isCatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject, jsonEqual } from "@catalyst/base/json";
import { at, each, type Fields, text } from "../../resources/fields.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required } from "../../validate/faults.ts";

type Level = "root" | "item" | "field";

/** Everything that makes a schema not structural. Source: apiextensions' `schema/validation.go`. */
export function structuralFaults(schema: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  checkInvariants(schema, "root", path, faults);
  // Upstream looks at what combinators at the root speak of, not at those further inside.
  checkParts(schema, schema, path, path, faults);
  return faults;
}

const missingType: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function checkInvariants(schema: Fields, level: Level, path: string, faults: FieldFault[]): void {
  const type = text(schema, "type");
  const isEmbedded = schema["x-kubernetes-embedded-resource"] === true;
  const keeps = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const isIntOrString = schema["x-kubernetes-int-or-string"] === true;
  const { items } = schema;
  if (type === "array" && !isObject(items)) faults.push(required(`${path}.items`, "must be specified"));
  if (isObject(items)) checkInvariants(items, "item", `${path}.items`, faults);
  for (const [name, part] of Object.entries(at(schema, "properties"))) {
    if (isObject(part)) checkInvariants(part, "field", `${path}.properties[${name}]`, faults);
  }
  checkFurther(schema, level, path, faults);
  if (isIntOrString && keeps) {
    const why = "must be false if x-kubernetes-int-or-string is true";
    faults.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, true, why));
  }
  if (isIntOrString && isEmbedded) {
    const why = "must be false if x-kubernetes-int-or-string is true";
    faults.push(invalidValue(`${path}.x-kubernetes-embedded-resource`, true, why));
  }
  checkValues(schema, path, faults, isUsual(schema["anyOf"]), isUsual(firstOf(schema["allOf"])["anyOf"]));
  checkType(type, level, path, faults, { isEmbedded, mayBeEmpty: isIntOrString || keeps });
  checkIdentity(schema, level, path, faults);
  if (isEmbedded && !keeps && Object.keys(at(schema, "properties")).length === 0) {
    const why =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    faults.push(required(`${path}.properties`, why));
  }
}

function checkFurther(schema: Fields, level: Level, path: string, faults: FieldFault[]): void {
  const values = schema["additionalProperties"];
  if (values === undefined) return;
  const place = `${path}.additionalProperties`;
  if (level === "root") faults.push(forbidden(place, "must not be used at the root"));
  if (isObject(values)) checkInvariants(values, "field", place, faults);
  if (schema["x-kubernetes-embedded-resource"] === true) {
    faults.push(forbidden(place, "must not be used if x-kubernetes-embedded-resource is set"));
  }
}

function checkType(
  type: string,
  level: Level,
  path: string,
  faults: FieldFault[],
  { isEmbedded, mayBeEmpty }: { readonly isEmbedded: boolean; readonly mayBeEmpty: boolean },
): void {
  const place = `${path}.type`;
  if (isEmbedded && type !== "object") {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    faults.push(type === "" ? required(place, why) : invalidValue(place, type, why));
  } else if (type === "" && !mayBeEmpty) faults.push(required(place, missingType[level]));
  if (level === "root" && type !== "" && type !== "object") {
    faults.push(invalidValue(place, type, "must be object at the root"));
  }
}

/** An object's own fields are what they are; at the root only its name may be limited. */
function checkIdentity(schema: Fields, level: Level, path: string, faults: FieldFault[]): void {
  const isResource = level === "root" || schema["x-kubernetes-embedded-resource"] === true;
  const properties = at(schema, "properties");
  for (const name of ["kind", "apiVersion"]) {
    const type = text(at(properties, name), "type");
    if (!isResource || properties[name] === undefined || type === "string") continue;
    faults.push(invalidValue(`${path}.properties[${name}].type`, type, "must be string"));
  }
  if (!isObject(properties["metadata"])) return;
  const place = `${path}.properties[metadata]`;
  const metadata = properties["metadata"];
  if (isResource && metadata["type"] !== "object") {
    faults.push(invalidValue(`${place}.type`, text(metadata, "type"), "must be object"));
  }
  if (level !== "root") return;
  const { type: _type, default: _default, properties: named, ...rest } = metadata;
  const isNameOnly = Object.keys(at({ named }, "named")).every((name) =>
    ["name", "generateName"].includes(name),
  );
  if (isNameOnly && Object.keys(rest).length === 0) return;
  const why =
    "must not specify anything other than name and generateName, but metadata is implicitly specified";
  faults.push(forbidden(place, why));
}

/** The one way a type may stand below a combinator: what int-or-string says of itself. */
function isUsual(anyOf: unknown): boolean {
  return jsonEqual(anyOf, [{ type: "integer" }, { type: "string" }]);
}

function firstOf(list: unknown): Fields {
  return Array.isArray(list) ? at({ first: list[0] }, "first") : {};
}

function checkValues(
  schema: Fields,
  path: string,
  faults: FieldFault[],
  skipAnyOf: boolean,
  skipFirstAllOf: boolean,
): void {
  if (!skipAnyOf) {
    each(schema, "anyOf").forEach((part, index) => {
      checkNested(part, `${path}.anyOf[${index}]`, faults, false);
    });
  }
  each(schema, "allOf").forEach((part, index) => {
    checkNested(part, `${path}.allOf[${index}]`, faults, skipFirstAllOf && index === 0);
  });
  each(schema, "oneOf").forEach((part, index) => {
    checkNested(part, `${path}.oneOf[${index}]`, faults, false);
  });
  if (isObject(schema["not"])) checkNested(schema["not"], `${path}.not`, faults, false);
  const pattern = text(schema, "pattern");
  const problem = pattern === "" ? undefined : patternProblem(pattern);
  if (problem !== undefined) {
    const why = `must be a valid regular expression, but isn't: ${problem}`;
    faults.push(invalidValue(`${path}.pattern`, pattern, why));
  }
}

function patternProblem(pattern: string): string | undefined {
  try {
    goRegexp(pattern);
    return undefined;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return error.message;
  }
}

/** What may not stand below a combinator, and what it must be to be structural. */
const nestedRules: readonly (readonly [string, string])[] = [
  ["type", "empty"],
  ["additionalProperties", "undefined"],
  ["default", "undefined"],
  ["title", "empty"],
  ["description", "empty"],
  ["nullable", "false"],
  ["x-kubernetes-preserve-unknown-fields", "false"],
  ["x-kubernetes-embedded-resource", "false"],
  ["x-kubernetes-int-or-string", "false"],
  ["x-kubernetes-list-map-keys", "empty"],
  ["x-kubernetes-list-type", "undefined"],
  ["x-kubernetes-map-type", "undefined"],
  ["x-kubernetes-validations", "empty"],
];

function checkNested(schema: Fields, path: string, faults: FieldFault[], skipAnyOf: boolean): void {
  checkValues(schema, path, faults, skipAnyOf, false);
  if (isObject(schema["items"])) checkNested(schema["items"], `${path}.items`, faults, false);
  for (const [name, part] of Object.entries(at(schema, "properties"))) {
    if (isObject(part)) checkNested(part, `${path}.properties[${name}]`, faults, false);
  }
  for (const [name, wanted] of nestedRules) {
    const value = schema[name];
    const isSet = value !== undefined && value !== "" && value !== false && !isEmptyList(value);
    if (isSet) faults.push(forbidden(`${path}.${name}`, `must be ${wanted} to be structural`));
  }
  if (at(schema, "properties")["metadata"] !== undefined) {
    faults.push(forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context"));
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** `spoken` is below a combinator; `schema` is what it speaks of, at `path`. */
function checkParts(
  spoken: Fields,
  schema: Fields,
  path: string,
  spokenAt: string,
  faults: FieldFault[],
): void {
  for (const name of ["allOf", "anyOf", "oneOf"]) {
    each(spoken, name).forEach((part, index) => {
      checkSpoken(part, schema, path, `${spokenAt}.${name}[${index}]`, faults);
    });
  }
  if (isObject(spoken["not"])) checkSpoken(spoken["not"], schema, path, `${spokenAt}.not`, faults);
}

/** Every field a combinator speaks of must be specified outside of it. */
function checkSpoken(
  spoken: Fields,
  schema: Fields,
  path: string,
  spokenAt: string,
  faults: FieldFault[],
): void {
  for (const [name, part] of Object.entries(at(spoken, "properties"))) {
    const step = `properties[${name}]`;
    if (isObject(part)) {
      checkStep(part, at(schema, "properties")[name], `${path}.${step}`, `${spokenAt}.${step}`, faults);
    }
  }
  if (isObject(spoken["items"])) {
    checkStep(spoken["items"], schema["items"], `${path}.items`, `${spokenAt}.items`, faults);
  }
  checkParts(spoken, schema, path, spokenAt, faults);
}

function checkStep(
  spoken: Fields,
  schema: unknown,
  path: string,
  spokenAt: string,
  faults: FieldFault[],
): void {
  if (isObject(schema)) checkSpoken(spoken, schema, path, spokenAt, faults);
  else faults.push(required(path, `because it is defined in ${spokenAt}`));
}
