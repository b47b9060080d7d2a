import { isObject } from "@catalyst/base/json";
import { at, type Fields, text, texts } from "../../resources/fields.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";

const listTypes = ["atomic", "set", "map"];
const mapTypes = ["atomic", "granular"];

/** What is wrong with how a schema says a list's items or a map's entries are told apart. */
export function listFaults(schema: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const type = text(schema, "type");
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType !== undefined) {
    faults.push(...mustBe(type, "object", `${path}.type`, "x-kubernetes-map-type"));
    if (!mapTypes.includes(String(mapType))) {
      faults.push(unsupported(`${path}.x-kubernetes-map-type`, mapType, mapTypes));
    }
  }
  const listType = schema["x-kubernetes-list-type"];
  const items = schema["items"];
  if (listType !== undefined) {
    const wrong = mustBe(type, "array", `${path}.type`, "x-kubernetes-list-type");
    if (wrong.length > 0) faults.push(...wrong);
    else if (listType === "set" && isObject(items)) faults.push(...setItemFaults(items, `${path}.items`));
    if (!listTypes.includes(String(listType))) {
      faults.push(unsupported(`${path}.x-kubernetes-list-type`, listType, listTypes));
    }
  }
  const keys = texts(schema, "x-kubernetes-list-map-keys");
  if (keys.length > 0 && listType !== "map") {
    const field = `${path}.x-kubernetes-list-type`;
    const why = "must be map if x-kubernetes-list-map-keys is non-empty";
    faults.push(listType === undefined ? required(field, why) : invalidValue(field, listType, why));
  }
  if (listType === "map") faults.push(...mapFaults(items, keys, path));
  if ((listType === "map" || listType === "set") && isObject(items)) {
    faults.push(...itemFaults(items, keys, String(listType), path));
  }
  return faults;
}

function mustBe(type: string, wanted: string, field: string, extension: string): readonly FieldFault[] {
  if (type === wanted) return [];
  const why = `must be ${wanted} if ${extension} is specified`;
  return [type === "" ? required(field, why) : invalidValue(field, type, why)];
}

function setItemFaults(items: Fields, path: string): readonly FieldFault[] {
  const why = "must be atomic as item of a list with x-kubernetes-list-type=set";
  const listType = items["x-kubernetes-list-type"];
  if (items["type"] === "array" && listType !== undefined && listType !== "atomic") {
    return [invalidValue(`${path}.x-kubernetes-list-type`, listType, why)];
  }
  if (items["type"] === "object" && items["x-kubernetes-map-type"] !== "atomic") {
    // Upstream shows the list's type here.
    return [invalidValue(`${path}.x-kubernetes-map-type`, listType ?? null, why)];
  }
  return [];
}

function mapFaults(items: unknown, keys: readonly string[], path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const field = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) faults.push(required(field, "must not be empty if x-kubernetes-list-type is map"));
  if (items === undefined) {
    return [...faults, required(`${path}.items`, "must have a schema if x-kubernetes-list-type is map")];
  }
  if (!isObject(items)) {
    const why = "must only have a single schema if x-kubernetes-list-type is map";
    return [...faults, invalidValue(`${path}.items`, items, why)];
  }
  if (items["type"] !== "object") {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...faults, invalidValue(`${path}.items.type`, text(items, "type"), why)];
  }
  keys.forEach((key, index) => {
    const property = at(items, "properties")[key];
    if (!isObject(property)) {
      faults.push(invalidValue(field, keys, "entries must all be names of item properties"));
    } else if (property["type"] === "array" || property["type"] === "object") {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      faults.push(invalidValue(`${path}.items.properties[${key}].type`, items["type"], why));
    }
    if (keys.indexOf(key) < index) {
      faults.push(invalidValue(field, keys, "must not contain duplicate entries"));
    }
  });
  return faults;
}

/** Items that are told apart are there, and so are their keys. */
function itemFaults(
  items: Fields,
  keys: readonly string[],
  listType: string,
  path: string,
): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (items["nullable"] === true) {
    const why = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    faults.push(forbidden(`${path}.items.nullable`, why));
  }
  if (listType !== "map") return faults;
  const mandatory = texts(items, "required");
  for (const key of keys) {
    const property = at(items, "properties")[key];
    if (!isObject(property)) continue;
    const field = `${path}.items.properties[${key}]`;
    if (!mandatory.includes(key) && property["default"] === undefined) {
      const why =
        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
      faults.push(required(`${field}.default`, why));
    }
    if (property["nullable"] === true) {
      const why = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
      faults.push(forbidden(`${field}.nullable`, why));
    }
  }
  return faults;
}
