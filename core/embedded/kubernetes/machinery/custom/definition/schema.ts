import { isObject } from "@catalyst/base/json";
import { at, each, type Fields, text } from "../../resources/fields.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, unsupported } from "../../validate/faults.ts";
import { compileCustomType } from "../compile.ts";
import { defaultFaults } from "./defaults.ts";
import { listFaults } from "./lists.ts";
import { type RuleContext, RuleCosts, ruleFaults, within } from "./rules.ts";
import { structuralFaults } from "./structural.ts";

/**
 * Everything wrong with a version's schema (`{ openAPIV3Schema }`), reported below `path`. Source: apiextensions'
 * validateCustomResourceDefinitionValidation.
 */
export function validateSchema(schema: Fields, path: string, hasStatus: boolean): readonly FieldFault[] {
  const written = schema["openAPIV3Schema"];
  if (!isObject(written)) return [];
  const root = `${path}.openAPIV3Schema`;
  const faults = hasStatus ? [...rootFaults(written, root)] : [];
  if (written["nullable"] === true)
    faults.push(forbidden(`${root}.nullable`, "nullable cannot be true at the root"));
  const convertible = isConvertible(written);
  const structural = convertible ? structuralFaults(written, root) : [];
  const defaults = convertible && structural.length === 0 ? defaultFaults(written, root) : [];
  faults.push(...structural, ...defaults);
  const isSound = convertible && structural.length === 0 && defaults.length === 0;
  const costs = new RuleCosts();
  const context: RuleContext | undefined = isSound
    ? { type: compileCustomType(written, false), schema: written, isResource: true, cardinality: 1, costs }
    : undefined;
  const walk = new SchemaWalk();
  walk.visit(
    written,
    root,
    { isRoot: true, insideMeta: false, noDefaults: undefined, uncorrelated: undefined },
    context,
  );
  return [...faults, ...walk.faults, ...walk.ruleFaults, ...costs.totalFaults(root)];
}

/** Tells whether upstream could turn it into a structural schema at all; what keeps it from that is said anyway. */
function isConvertible(schema: Fields): boolean {
  const unsupportedFields = ["id", "$schema", "$ref", "patternProperties", "dependencies", "additionalItems"];
  if (unsupportedFields.some((name) => schema[name] !== undefined)) return false;
  if (schema["definitions"] !== undefined || Array.isArray(schema["items"])) return false;
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) return false;
  const parts = [
    ...Object.values(at(schema, "properties")),
    ...["items", "additionalProperties", "not"].map((name) => schema[name]),
    ...["allOf", "anyOf", "oneOf"].flatMap((name) => each(schema, name)),
  ];
  return parts.every((part) => !isObject(part) || isConvertible(part));
}

const allowedAtRoot = [
  "Description",
  "Type",
  "Format",
  "Title",
  "Maximum",
  "ExclusiveMaximum",
  "Minimum",
  "ExclusiveMinimum",
  "MaxLength",
  "MinLength",
  "Pattern",
  "MaxItems",
  "MinItems",
  "UniqueItems",
  "MultipleOf",
  "Required",
  "Items",
  "Properties",
  "ExternalDocs",
  "Example",
  "XPreserveUnknownFields",
  "XValidations",
];

/** With a status of its own, what is said at the root would not hold for it. */
function rootFaults(schema: Fields, path: string): readonly FieldFault[] {
  const type = text(schema, "type");
  if (type !== "object" && type !== "") {
    const why =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalidValue(`${path}.type`, type, why)];
  }
  const other = Object.keys(schema).find((name) => !allowedAtRoot.includes(fieldNameInGo(name)));
  if (other === undefined) return [];
  const why = `only [${allowedAtRoot.join(" ")}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalidValue(path, schema, why)];
}

function fieldNameInGo(name: string): string {
  const extension = /^x-kubernetes-(.+)$/.exec(name);
  if (extension === null) return name.charAt(0).toUpperCase() + name.slice(1);
  return `X${extension[1]!.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase())}`;
}

/** What holds for a place in a schema because of what is around it. */
interface Place {
  readonly isRoot: boolean;
  readonly insideMeta: boolean;
  /** Why no default may stand here. */
  readonly noDefaults: string | undefined;
  /** The nearest place around whose parts can't be told apart in two versions of an object. */
  readonly uncorrelated: string | undefined;
}

const jsonTypes = ["array", "boolean", "integer", "number", "object", "string"];
const unsupportedParts = [
  "id",
  "additionalItems",
  "patternProperties",
  "definitions",
  "dependencies",
  "$ref",
];
const metaFields = new Set(["metadata", "kind", "apiVersion"]);

/** Goes through a schema once, checking each part and compiling its rules. */
class SchemaWalk {
  readonly faults: FieldFault[] = [];
  readonly ruleFaults: FieldFault[] = [];

  visit(schema: Fields, path: string, place: Place, context: RuleContext | undefined): void {
    const before = this.faults.length;
    this.#checkPart(schema, path, place);
    this.#visitFurther(schema, path, place, context);
    this.#visitProperties(schema, path, place, context);
    const inner: Place = { ...place, isRoot: false };
    if (isObject(schema["not"])) this.visit(schema["not"], `${path}.not`, inner, undefined);
    for (const name of ["allOf", "oneOf", "anyOf"]) {
      each(schema, name).forEach((part, index) => {
        this.visit(part, `${path}.${name}[${index}]`, inner, undefined);
      });
    }
    if (isObject(schema["items"])) {
      const isMap = schema["x-kubernetes-list-type"] === "map";
      const uncorrelated = place.uncorrelated ?? (isMap ? undefined : path);
      const below = context === undefined ? undefined : within(context, "items", schema["items"]);
      this.visit(schema["items"], `${path}.items`, { ...inner, uncorrelated }, below);
    }
    this.faults.push(...listFaults(schema, path));
    const judged = ruleFaults(schema, path, {
      context,
      isSound: this.faults.length === before,
      uncorrelated: place.uncorrelated,
    });
    this.faults.push(...judged.schema);
    this.ruleFaults.push(...judged.rules);
  }

  #checkPart(schema: Fields, path: string, place: Place): void {
    const type = text(schema, "type");
    if (type === "null") {
      const why = "type cannot be set to null, use nullable as an alternative";
      this.faults.push(forbidden(`${path}.type`, why));
    }
    if (type !== "" && !jsonTypes.includes(type)) {
      this.faults.push(unsupported(`${path}.type`, type, jsonTypes));
    }
    if (schema["default"] !== undefined && place.noDefaults !== undefined) {
      this.faults.push(forbidden(`${path}.default`, `must not be set ${place.noDefaults}`));
    }
    for (const name of unsupportedParts) {
      const value = schema[name];
      if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) continue;
      this.faults.push(forbidden(`${path}.${name}`, `${name} is not supported`));
    }
    if (Array.isArray(schema["items"])) {
      this.faults.push(forbidden(`${path}.items`, "items must be a schema object and not an array"));
    }
    if (place.insideMeta && schema["x-kubernetes-embedded-resource"] === true) {
      const why = "must not be used inside of resource meta";
      this.faults.push(forbidden(`${path}.x-kubernetes-embedded-resource`, why));
    }
    if (schema["uniqueItems"] === true) {
      const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
      this.faults.push(forbidden(`${path}.uniqueItems`, why));
    }
    if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
      const field = `${path}.x-kubernetes-preserve-unknown-fields`;
      this.faults.push(invalidValue(field, false, "must be true or undefined"));
    }
  }

  #visitFurther(schema: Fields, path: string, place: Place, context: RuleContext | undefined): void {
    const values = schema["additionalProperties"];
    if (values === undefined) return;
    const hasProperties = Object.keys(at(schema, "properties")).length > 0;
    if (hasProperties && values !== true) {
      const why = "additionalProperties and properties are mutual exclusive";
      this.faults.push(forbidden(`${path}.additionalProperties`, why));
    }
    if (!isObject(values)) return;
    const noDefaults = place.insideMeta
      ? "inside additionalProperties applying to object metadata"
      : place.noDefaults;
    const below = context === undefined ? undefined : within(context, "values", values);
    this.visit(values, `${path}.additionalProperties`, { ...place, isRoot: false, noDefaults }, below);
  }

  #visitProperties(schema: Fields, path: string, place: Place, context: RuleContext | undefined): void {
    for (const [name, part] of Object.entries(at(schema, "properties"))) {
      if (!isObject(part)) continue;
      const isResource = place.isRoot || schema["x-kubernetes-embedded-resource"] === true;
      const isMeta = isResource && metaFields.has(name);
      const inner: Place = {
        isRoot: false,
        insideMeta: place.insideMeta || isMeta,
        noDefaults: isMeta && place.isRoot ? `in top-level ${name}` : place.noDefaults,
        uncorrelated: place.uncorrelated,
      };
      const below = context === undefined ? undefined : within(context, { field: name }, part);
      this.visit(part, `${path}.properties[${name}]`, inner, below);
    }
  }
}
