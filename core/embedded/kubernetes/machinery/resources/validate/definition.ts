import { isCatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject } from "@catalyst/base/json";
import { parseJsonPath } from "../../select/json-path.ts";
import type { FieldFault } from "../../status.ts";
import {
  duplicate,
  forbidden,
  immutable,
  invalidValue,
  required,
  unsupported,
} from "../../validate/faults.ts";
import { dnsLabel, dnsSubdomain } from "../../validate/names.ts";
import { at, each, type Fields, text, texts } from "../fields.ts";

/** Everything wrong with a CustomResourceDefinition. Source: apiextensions' validation. */
export function validateDefinition(definition: Fields): readonly FieldFault[] {
  const spec = at(definition, "spec");
  const names = at(spec, "names");
  const versions = each(spec, "versions");
  const faults: FieldFault[] = [];
  const expected = `${text(names, "plural")}.${text(spec, "group")}`;
  const name = text(at(definition, "metadata"), "name");
  if (name !== expected) {
    faults.push(invalidValue("metadata.name", name, 'must be spec.names.plural+"."+spec.group'));
  }
  faults.push(...validateGroup(text(spec, "group")));
  if (!["Cluster", "Namespaced"].includes(text(spec, "scope"))) {
    faults.push(unsupported("spec.scope", text(spec, "scope"), ["Cluster", "Namespaced"]));
  }
  faults.push(...validateNames(names));
  if (spec["preserveUnknownFields"] === true) {
    faults.push(invalidValue("spec.preserveUnknownFields", true, "must be false"));
  }
  faults.push(...validateVersions(versions));
  const stored = versions.filter((version) => version["storage"] === true);
  if (stored.length !== 1) {
    faults.push(
      invalidValue("spec.versions", versions, "must have exactly one version marked as storage version"),
    );
  }
  const storedVersions = texts(at(definition, "status"), "storedVersions");
  if (storedVersions.length === 0) {
    faults.push(invalidValue("status.storedVersions", null, "must have at least one stored version"));
  }
  return faults;
}

function validateGroup(group: string): readonly FieldFault[] {
  if (group === "") return [required("spec.group")];
  const faults = dnsSubdomain(group).map((fault) => invalidValue("spec.group", group, fault));
  if (!group.includes(".")) {
    faults.push(invalidValue("spec.group", group, "should be a domain with at least one dot"));
  }
  return faults;
}

function validateNames(names: Fields): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const [field, value] of [
    ["plural", text(names, "plural")],
    ["singular", text(names, "singular")],
    ["kind", text(names, "kind").toLowerCase()],
    ["listKind", text(names, "listKind").toLowerCase()],
  ] as const) {
    const path = `spec.names.${field}`;
    if (value === "") faults.push(required(path));
    else faults.push(...dnsLabel(value).map((fault) => invalidValue(path, text(names, field), fault)));
  }
  for (const list of ["shortNames", "categories"]) {
    texts(names, list).forEach((value, index) => {
      faults.push(
        ...dnsLabel(value).map((fault) => invalidValue(`spec.names.${list}[${index}]`, value, fault)),
      );
    });
  }
  if (text(names, "kind") !== "" && text(names, "kind") === text(names, "listKind")) {
    faults.push(
      invalidValue("spec.names.listKind", text(names, "listKind"), "kind and listKind may not be the same"),
    );
  }
  return faults;
}

function validateVersions(versions: readonly Fields[]): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const seen = new Set<string>();
  versions.forEach((version, index) => {
    const path = `spec.versions[${index}]`;
    const name = text(version, "name");
    faults.push(...dnsLabel(name).map((fault) => invalidValue(`${path}.name`, name, fault)));
    if (seen.has(name))
      faults.push(invalidValue("spec.versions", versions, "must contain unique version names"));
    seen.add(name);
    const schema = at(version, "schema")["openAPIV3Schema"];
    if (!isObject(schema)) {
      faults.push(required(`${path}.schema.openAPIV3Schema`));
      return;
    }
    // With one version upstream reports under the older field.
    const root = versions.length === 1 ? "spec.validation.openAPIV3Schema" : `${path}.schema.openAPIV3Schema`;
    if (schema["type"] !== "object") {
      faults.push(
        text(schema, "type") === ""
          ? required(`${root}.type`, "must not be empty at the root")
          : invalidValue(`${root}.type`, schema["type"], "must be object at the root"),
      );
    }
    validateSchema(schema, root, faults, true);
    faults.push(...validateColumns(version, path));
  });
  return faults;
}

const columnTypes = ["boolean", "date", "integer", "number", "string"];

function validateColumns(version: Fields, path: string): readonly FieldFault[] {
  return each(version, "additionalPrinterColumns").flatMap((column, index) => {
    const place = `${path}.additionalPrinterColumns[${index}]`;
    const faults: FieldFault[] = [];
    if (text(column, "name") === "") faults.push(required(`${place}.name`));
    const type = text(column, "type");
    if (!columnTypes.includes(type)) faults.push(unsupported(`${place}.type`, type, columnTypes));
    const jsonPath = text(column, "jsonPath");
    if (jsonPath === "") return [...faults, required(`${place}.jsonPath`)];
    try {
      parseJsonPath(jsonPath);
    } catch (error) {
      if (!isCatalystError(error)) throw error;
      faults.push(invalidValue(`${place}.jsonPath`, jsonPath, error.message));
    }
    return faults;
  });
}

const jsonTypes = ["array", "boolean", "integer", "number", "object", "string"];
const notInStructural = ["$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id"];

/** What makes a schema not structural. */
function validateSchema(schema: Fields, path: string, faults: FieldFault[], isRoot = false): void {
  const type = text(schema, "type");
  const untyped =
    schema["x-kubernetes-int-or-string"] === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  if (type === "" && !untyped && !isRoot) {
    const what = path.endsWith(".items") ? "specified array items" : "specified object fields";
    faults.push(required(`${path}.type`, `must not be empty for ${what}`));
  }
  if (type !== "" && !jsonTypes.includes(type)) faults.push(unsupported(`${path}.type`, type, jsonTypes));
  for (const name of notInStructural) {
    if (schema[name] !== undefined) faults.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  }
  if (schema["uniqueItems"] === true) {
    faults.push(
      forbidden(
        `${path}.uniqueItems`,
        "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
      ),
    );
  }
  if (isObject(schema["properties"]) && schema["additionalProperties"] !== undefined) {
    faults.push(
      forbidden(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"),
    );
  }
  validatePattern(schema, path, faults);
  validateList(schema, type, path, faults);
  for (const [name, part] of Object.entries(at(schema, "properties"))) {
    if (isRoot && name === "metadata") continue;
    if (isObject(part)) validateSchema(part, `${path}.properties[${name}]`, faults);
  }
  if (isObject(schema["additionalProperties"])) {
    validateSchema(schema["additionalProperties"], `${path}.additionalProperties`, faults);
  }
  if (isObject(schema["items"])) validateSchema(schema["items"], `${path}.items`, faults);
}

function validatePattern(schema: Fields, path: string, faults: FieldFault[]): void {
  const pattern = text(schema, "pattern");
  if (pattern === "") return;
  try {
    goRegexp(pattern);
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    faults.push(
      invalidValue(
        `${path}.pattern`,
        pattern,
        `must be a valid regular expression, but isn't: ${error.message}`,
      ),
    );
  }
}

function validateList(schema: Fields, type: string, path: string, faults: FieldFault[]): void {
  if (type === "array" && schema["items"] === undefined)
    faults.push(required(`${path}.items`, "must be specified"));
  const listType = schema["x-kubernetes-list-type"];
  if (listType === undefined) return;
  if (!["atomic", "set", "map"].includes(String(listType))) {
    faults.push(unsupported(`${path}.x-kubernetes-list-type`, listType, ["atomic", "set", "map"]));
  }
  if (type !== "array") {
    faults.push(invalidValue(`${path}.type`, type, "must be array if x-kubernetes-list-type is specified"));
  }
  if (listType === "map") validateMapKeys(schema, path, faults);
}

function validateMapKeys(schema: Fields, path: string, faults: FieldFault[]): void {
  const keys = texts(schema, "x-kubernetes-list-map-keys");
  const field = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) faults.push(required(field, "must not be empty if x-kubernetes-list-type is map"));
  const properties = at(schema, "items", "properties");
  const mandatory = texts(at(schema, "items"), "required");
  keys.forEach((key, index) => {
    if (keys.indexOf(key) !== index) faults.push(duplicate(`${field}[${index}]`, key));
    if (properties[key] === undefined) {
      faults.push(invalidValue(`${field}[${index}]`, key, "entries must all be names of item properties"));
    } else if (!mandatory.includes(key) && at(properties, key)["default"] === undefined) {
      faults.push(
        required(
          `${path}.items.properties[${key}].default`,
          "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
        ),
      );
    }
  });
}

/** What an update of a definition may not change. */
export function validateDefinitionUpdate(definition: Fields, stored: Fields): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const spec = at(definition, "spec");
  const before = at(stored, "spec");
  if (spec["group"] !== before["group"]) faults.push(invalidValue("spec.group", spec["group"], immutable));
  const established = each(at(stored, "status"), "conditions").some(
    (condition) => condition["type"] === "Established" && condition["status"] === "True",
  );
  if (!established) return faults;
  if (spec["scope"] !== before["scope"]) faults.push(invalidValue("spec.scope", spec["scope"], immutable));
  for (const name of ["kind", "plural"]) {
    const value = at(spec, "names")[name];
    if (value !== at(before, "names")[name])
      faults.push(invalidValue(`spec.names.${name}`, value, immutable));
  }
  return faults;
}
