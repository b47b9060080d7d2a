import { CatalystError, type Place } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";

/**
 * What a field's value must be, as Go's decoder takes it: null counts as absent, names of fields match whatever
 * their case, and a number is no text. `T` is the type of what it gives.
 */
export interface Shape<T> {
  /** Gives the value as the type has it. Throws `kustomize-invalid` naming the field. */
  read(value: unknown, at: Reading): T;
}

/** The type of what a shape gives. */
export type ShapeOf<S> = S extends Shape<infer T> ? T : never;

/** Where a value is read from, and how strictly. */
export interface Reading {
  readonly file: string;
  readonly field: string;
  /** Whether a field that nobody knows is refused. */
  readonly isStrict: boolean;
  /** Whether a number or a truth value is taken for a text by its text. Default false. */
  readonly takesScalars?: boolean | undefined;
  /** Tells the line of a field; undefined where it isn't known. */
  readonly lineOf?: ((path: readonly (string | number)[]) => number | undefined) | undefined;
  readonly path?: readonly (string | number)[];
}

export const text: Shape<string> = {
  read: (value, at) => {
    if (typeof value === "string") return value;
    if (at.takesScalars === true && (typeof value === "number" || typeof value === "boolean"))
      return String(value);
    throw mismatch(at, "a text");
  },
};
export const flag: Shape<boolean> = {
  read: (value, at) => {
    if (typeof value === "boolean") return value;
    throw mismatch(at, "true or false");
  },
};

/** A mapping of any names to anything that JSON can say. */
export const mapping: Shape<Readonly<Record<string, unknown>>> = {
  read: (value, at) => {
    if (!isObject(value)) throw mismatch(at, "a mapping");
    refuseInfinite(value, at);
    return value;
  },
};

function refuseInfinite(value: unknown, at: Reading): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw mismatch(at, "a number that JSON can say");
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [name, entry] of Object.entries(value))
    refuseInfinite(entry, below(at, isList ? Number(name) : name));
}

export const integer: Shape<number> = {
  read: (value, at) => {
    if (Number.isSafeInteger(value)) return value as number;
    throw mismatch(at, "a whole number");
  },
};

/** A list of values of a shape; null among them stands for what is absent. */
export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return {
    read: (value, at) => {
      if (!Array.isArray(value)) throw mismatch(at, "a list");
      return value.map((entry, index) => item.read(entry ?? emptyOf(item), below(at, index)));
    },
  };
}

export const texts = listOf(text);

/** A mapping of any names to texts. */
export const textMap: Shape<Readonly<Record<string, string>>> = {
  read: (value, at) => {
    if (!isObject(value)) throw mismatch(at, "a mapping");
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        name,
        entry === null ? "" : text.read(entry, below(at, name)),
      ]),
    );
  },
};

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Read<F extends Fields> = { readonly [Name in keyof F]?: ShapeOf<F[Name]> | undefined };

/**
 * A mapping of known fields, none of which must be there. Of names that differ in their case alone the last one in the
 * order of their bytes counts, and mappings are made of all of them: Kustomize's decoder gets them sorted.
 */
export function record<F extends Fields>(fields: F): Shape<Read<F>> {
  const byFolded = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  return {
    read: (value, at) => {
      if (!isObject(value)) throw mismatch(at, "a mapping");
      const result: Record<string, unknown> = {};
      for (const [given, content] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
        const name = byFolded.get(given.toLowerCase());
        if (name === undefined) {
          if (at.isStrict) throw unknownField(given, below(at, given));
        } else if (content !== null) {
          const before = result[name];
          const read = (fields[name] as Shape<unknown>).read(content, below(at, given));
          result[name] = isObject(before) && isObject(read) ? { ...before, ...read } : read;
        }
      }
      return result as Read<F>;
    },
  };
}

/** What null in a list stands for: a text's empty one, a mapping's without fields. */
function emptyOf(shape: Shape<unknown>): unknown {
  return shape === text ? "" : {};
}

function below(at: Reading, name: string | number): Reading {
  const joined =
    typeof name === "number" ? `${at.field}[${name}]` : at.field === "" ? name : `${at.field}.${name}`;
  return { ...at, field: joined, path: [...(at.path ?? []), name] };
}

/** Gives the place a value is read from. */
export function placeOf({ file, field, lineOf, path = [] }: Reading): Place {
  return { file, field, line: lineOf?.(path) };
}

function mismatch(at: Reading, words: string): CatalystError {
  return new CatalystError("kustomize-invalid", `${at.field || "this"} is not ${words}`, {
    place: placeOf(at),
  });
}

function unknownField(name: string, at: Reading): CatalystError {
  return new CatalystError("kustomize-invalid", `unknown field '${name}'`, { place: placeOf(at) });
}
