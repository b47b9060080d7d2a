import { CatalystError } from "@catalyst/base/errors";
import { isElement, splitElement } from "./paths.ts";
import { fieldOf, isMapping, isNull, textOf } from "./scalar.ts";

/**
 * Gives what stands at a path, undefined when there is nothing: names, numbers of items, `-` for the last one,
 * `[name=value]` for the first item of that kind. Throws `kustomize-path-invalid` where a part doesn't fit.
 */
export function lookup(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const part of path.map((name) => name.trim()).filter((name) => name !== "")) {
    if (found === undefined) return undefined;
    found = step(found, part);
  }
  return found;
}

function step(value: unknown, part: string): unknown {
  if (/^[+-]?\d+$/.test(part)) {
    const index = Number(part);
    if (index < 0) throw pathError(`the index ${part} can't be negative`);
    return items(value)[index];
  }
  if (part === "-") return items(value).at(-1);
  if (part === "*") throw pathError("'*' can't be used here");
  if (isElement(part)) {
    const element = splitElement(part);
    if (element === undefined) throw pathError(`'${part}' must be [field=value]`);
    return items(value).find((item) => matchesElement(item, element.field, element.value));
  }
  if (isNull(value)) return undefined;
  if (!isMapping(value)) throw pathError(`'${part}' isn't in a mapping`);
  return fieldOf(value, part);
}

/** Tells whether an item of a list has a field of a text, or, without a field, is that text. */
export function matchesElement(item: unknown, field: string, text: string): boolean {
  if (field === "") return textOf(item) === text;
  const value = fieldOf(item, field);
  return value !== undefined && textOf(value) === text;
}

function items(value: unknown): readonly unknown[] {
  if (isNull(value)) return [];
  if (Array.isArray(value)) return value;
  throw pathError("there is no list");
}

/** Makes the error of a path that doesn't fit a value. */
export function pathError(message: string): CatalystError {
  return new CatalystError("kustomize-path-invalid", message);
}
