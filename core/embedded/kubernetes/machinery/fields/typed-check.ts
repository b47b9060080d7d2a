import { isObject } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";
import { itemElement, printPath } from "./path-element.ts";
import { entryType, itemType } from "./shape.ts";

/**
 * Finds the first reason why an applied object isn't of its type: a field the type doesn't declare, a list item
 * without its keys, two items with the same ones. Undefined when there is none. Wording: structured-merge-diff's.
 */
export function typedFault(type: TypeSchema, value: unknown): string | undefined {
  return check(type, value, []);
}

function check(type: TypeSchema, value: unknown, path: string[]): string | undefined {
  if (value === null || value === undefined || type.type === "any") return undefined;
  switch (type.type) {
    case "object":
    case "map":
      if (!isObject(value)) return fault(path, `expected map, got ${describe(value)}`);
      return checkMap(type, value, path);
    case "list":
      if (!Array.isArray(value)) return fault(path, `expected list, got ${describe(value)}`);
      return checkList(type, value, path);
    case "boolean":
      return typeof value === "boolean" ? undefined : fault(path, `expected boolean, got ${describe(value)}`);
    case "integer":
    case "number":
      return typeof value === "number"
        ? undefined
        : fault(path, `expected numeric (int or float), got ${describe(value)}`);
    case "string":
      if (type.format === "quantity" && typeof value === "number") return undefined;
      return typeof value === "string" ? undefined : fault(path, `expected string, got ${describe(value)}`);
    default:
      return undefined;
  }
}

function checkMap(type: TypeSchema, value: Record<string, unknown>, path: string[]): string | undefined {
  for (const key of Object.keys(value)) {
    path.push(`f:${key}`);
    const below = entryType(type, key);
    const found =
      below === undefined ? fault(path, "field not declared in schema") : check(below, value[key], path);
    path.pop();
    if (found !== undefined) return found;
  }
  return undefined;
}

function checkList(type: TypeSchema, items: readonly unknown[], path: string[]): string | undefined {
  const associative = type.listType === "map" || type.listType === "set";
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const element = associative ? itemElement(type, item) : `i:${index}`;
    if (element === undefined) {
      return fault(path, `element ${index}: associative list with keys has an element that omits key field`);
    }
    if (seen.has(element)) return fault(path, `duplicate entries for key ${printPath([element])}`);
    seen.add(element);
    path.push(element);
    const found = check(itemType(type), item, path);
    path.pop();
    if (found !== undefined) return found;
  }
  return undefined;
}

function fault(path: readonly string[], message: string): string {
  return path.length === 0 ? message : `${printPath(path)}: ${message}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" ? "map" : typeof value;
}
