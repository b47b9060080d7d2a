import { CatalystError } from "@catalyst/base/errors";
import { type GoRegexp, goRegexp } from "@catalyst/base/go-regexp";
import { pathError } from "./lookup.ts";
import { isElement, isIndex, splitElement } from "./paths.ts";
import {
  fieldOf,
  isAmbiguous,
  isMapping,
  isNull,
  isScalar,
  isText,
  textOf,
  withField,
  withUnquotedField,
} from "./scalar.ts";

/** How what a path leads to is changed. */
export interface PathChange {
  /** What a missing field is made of; absent: it isn't made. */
  readonly creates?: "mapping" | "list" | "scalar" | undefined;
  /** Gives the new value; undefined stands for a field that was just made. */
  readonly set: (value: unknown) => unknown;
  /** Changes a scalar that the path leads into, as where it holds JSON; gives it back as it is if it can't. */
  readonly into: (scalar: unknown, rest: readonly string[]) => unknown;
}

/**
 * Changes everything a path leads to: names, numbers of items, `*` for all items, `[name=pattern]` for those whose
 * field matches. Gives how many places there were. Throws `kustomize-path-invalid` where a part doesn't fit. Source:
 * kyaml's PathMatcher.
 */
export function updatePath(
  value: unknown,
  path: readonly string[],
  change: PathChange,
): { readonly value: unknown; readonly count: number } {
  const update = new PathUpdate(path, change);
  const result = update.at(value, 0);
  return { value: result, count: update.count };
}

class PathUpdate {
  readonly #path: readonly string[];
  readonly #change: PathChange;
  count = 0;

  constructor(path: readonly string[], change: PathChange) {
    this.#path = path;
    this.#change = change;
  }

  at(value: unknown, depth: number): unknown {
    const part = this.#path[depth];
    if (part === undefined) {
      this.count++;
      return this.#change.set(value);
    }
    if (isIndex(part)) return this.#index(listAt(value, part), Number(part), depth);
    if (isElement(part)) return this.#elements(listAt(value, part), part, depth);
    if (part === "*") return listAt(value, part).map((item) => this.at(item, depth + 1));
    return this.#field(value, part, depth);
  }

  #index(items: readonly unknown[], index: number, depth: number): unknown {
    if (index === items.length && this.#change.creates !== undefined) {
      return [...items, this.at(this.#made(depth), depth + 1)];
    }
    if (index >= items.length)
      throw pathError(`index ${index} specified but only ${items.length} elements found`);
    return items.map((item, position) => (position === index ? this.at(item, depth + 1) : item));
  }

  #elements(items: readonly unknown[], part: string, depth: number): unknown {
    const element = splitElement(part);
    if (element === undefined) throw pathError(`'${part}' must be [field=value]`);
    const pattern = compiled(element.value);
    const matches = (item: unknown) => {
      const found = element.field === "" ? item : fieldOf(item, element.field);
      return found !== undefined && pattern.test(writtenText(found));
    };
    if (!items.some(matches) && this.#change.creates !== undefined) {
      const made = element.field === "" ? element.value : withUnquotedField({}, element.field, element.value);
      return [...items, this.#element(made, element.field, depth)];
    }
    return items.map((item) => (matches(item) ? this.#element(item, element.field, depth) : item));
  }

  #element(item: unknown, field: string, depth: number): unknown {
    if (field !== "") return this.at(item, depth + 1);
    this.count++;
    return this.#change.set(item);
  }

  #field(value: unknown, name: string, depth: number): unknown {
    const { creates, into } = this.#change;
    const isThere = !isNull(value);
    if (isThere && !isMapping(value)) throw pathError(`'${name}' isn't in a mapping`);
    const before = fieldOf(value, name);
    if (before === undefined && creates === undefined) return value;
    if (before === undefined) {
      const made = this.at(this.#made(depth), depth + 1);
      return isThere ? withUnquotedField(value as Readonly<Record<string, unknown>>, name, made) : value;
    }
    const fields = value as Readonly<Record<string, unknown>>;
    const rest = this.#path.slice(depth + 1);
    if (rest.length > 0 && isScalar(before) && !isNull(before)) {
      this.count++;
      return withField(fields, name, into(before, rest));
    }
    return withField(fields, name, this.at(before, depth + 1));
  }

  /** What a missing value begins as: what the next part of the path needs. */
  #made(depth: number): unknown {
    const next = this.#path[depth + 1];
    if (next === undefined) {
      const { creates } = this.#change;
      return creates === "mapping" ? {} : creates === "list" ? [] : undefined;
    }
    return isElement(next) || isIndex(next) ? [] : {};
  }
}

function listAt(value: unknown, part: string): readonly unknown[] {
  if (isNull(value)) return [];
  if (Array.isArray(value)) return value;
  throw pathError(`'${part}' isn't in a list`);
}

function compiled(pattern: string): GoRegexp {
  try {
    return goRegexp(pattern);
  } catch (cause) {
    const message = `'${pattern}' is not a regular expression`;
    throw new CatalystError("kustomize-path-invalid", message, { cause });
  }
}

/** A value's text as YAML writes it: in quotes where it would mean something else. */
function writtenText(value: unknown): string {
  const text = textOf(value);
  return isText(value) && isAmbiguous(text) ? JSON.stringify(text) : text.trim();
}
