import { isObject } from "@catalyst/base/json";
import type { TypeSchema } from "../schema/type-schema.ts";
import { zeroOf } from "../schema/typed-reader.ts";

/**
 * Names a list's item by its keys or its value; undefined when the item has none of the keys. Keys the item
 * leaves out count with their schema's default (`protocol: TCP`).
 */
export function itemElement(list: TypeSchema, item: unknown): string | undefined {
  if (list.listType === "set") return `v:${JSON.stringify(item)}`;
  if (!isObject(item)) return undefined;
  const keys = list.mapKeys ?? [];
  if (keys.length === 1) {
    const value = keyValue(list, item, keys[0] as string);
    return value === undefined ? undefined : `k:{${JSON.stringify(keys[0])}:${JSON.stringify(value)}}`;
  }
  const named: Record<string, unknown> = {};
  for (const key of keys.toSorted()) {
    const value = keyValue(list, item, key);
    if (value !== undefined) named[key] = value;
  }
  return Object.keys(named).length === 0 ? undefined : `k:${JSON.stringify(named)}`;
}

function keyValue(list: TypeSchema, item: Record<string, unknown>, key: string): unknown {
  const value = item[key];
  if (value !== undefined && value !== null) return value;
  const field = list.items?.fields?.get(key);
  return field?.default ?? (field?.zeroDefault === true ? zeroOf(field.type) : undefined);
}

/** Prints a path as conflicts show it: `.spec.containers[name="web"].image`. */
export function printPath(path: readonly string[]): string {
  return path.map(printElement).join("");
}

function printElement(element: string): string {
  const content = element.slice(2);
  if (element.startsWith("f:")) return `.${content}`;
  if (element.startsWith("v:")) return `[=${content}]`;
  if (element.startsWith("i:")) return `[${content}]`;
  const keys = JSON.parse(content) as Record<string, unknown>;
  return `[${Object.entries(keys)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}]`;
}
