import { isObject } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";
import { goSyntax, goText, goType } from "./go-print.ts";
import { itemElement, printPath } from "./path-element.ts";
import { entryType, itemType } from "./shape.ts";

/**
 * Finds all reasons why an applied object isn't of its type: fields the type doesn't declare, list items without
 * their keys, items with the same ones. Undefined when there are none. Wording: structured-merge-diff's.
 */
export function typedFault(type: TypeSchema, value: unknown): string | undefined {
  const faults = new Faults();
  check(type, value, [], faults);
  return faults.print();
}

class Faults {
  readonly #lines: string[] = [];

  add(path: readonly string[], message: string): void {
    this.#lines.push(path.length === 0 ? message : `${printPath(path)}: ${message}`);
  }

  print(): string | undefined {
    if (this.#lines.length < 2) return this.#lines[0];
    return `errors:${this.#lines.map((line) => `\n  ${line}`).join("")}`;
  }
}

function check(type: TypeSchema, value: unknown, path: string[], faults: Faults): void {
  if (value === null || value === undefined || type.type === "any") return;
  switch (type.type) {
    case "object":
    case "map":
      if (isObject(value)) checkMap(type, value, path, faults);
      else faults.add(path, `expected map, got &{${goText(value)}}`);
      return;
    case "list":
      if (Array.isArray(value)) checkList(type, value, path, faults);
      else faults.add(path, `expected list, got &{${goText(value)}}`);
      return;
    case "boolean":
      if (typeof value !== "boolean") faults.add(path, `expected boolean, got &{${goText(value)}}`);
      return;
    case "integer":
    case "number":
      if (typeof value !== "number")
        faults.add(path, `expected numeric (int or float), got ${goType(value)}`);
      return;
    case "string":
      if (typeof value === "string" || (type.format === "quantity" && typeof value === "number")) return;
      faults.add(path, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
      return;
    default:
      return;
  }
}

function checkMap(type: TypeSchema, value: Record<string, unknown>, path: string[], faults: Faults): void {
  for (const key of Object.keys(value).sort()) {
    path.push(`f:${key}`);
    const below = entryType(type, key);
    if (below === undefined) faults.add(path, "field not declared in schema");
    else check(below, value[key], path, faults);
    path.pop();
  }
}

function checkList(type: TypeSchema, items: readonly unknown[], path: string[], faults: Faults): void {
  const associative = type.listType === "map" || type.listType === "set";
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const element = associative ? elementOf(type, item) : { name: `i:${index}` };
    if ("problem" in element) {
      faults.add(path, `element ${index}: ${element.problem}`);
      return;
    }
    if (seen.has(element.name)) faults.add(path, `duplicate entries for key ${printPath([element.name])}`);
    seen.add(element.name);
    path.push(element.name);
    check(itemType(type), item, path, faults);
    path.pop();
  }
}

/** How an item is told apart from the others, or what keeps it from that. */
function elementOf(
  type: TypeSchema,
  item: unknown,
): { readonly name: string } | { readonly problem: string } {
  const name = itemElement(type, item);
  if (type.listType === "map") {
    if (item === null) return { problem: "associative list with keys may not have a null element" };
    if (!isObject(item)) return { problem: "associative list with keys may not have non-map elements" };
    return name === undefined
      ? { problem: "associative list with keys has an element that omits key field" }
      : { name };
  }
  if (item === null)
    return { problem: "associative list without keys has an element that's an explicit null" };
  if (isObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (Array.isArray(item)) return { problem: "not supported: associative list with lists as elements" };
  return name === undefined ? { problem: "associative list without keys" } : { name };
}
