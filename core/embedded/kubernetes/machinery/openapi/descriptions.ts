import { readFileSync } from "node:fs";
import type { TypeData } from "../schema/data.ts";

/** Sentences by field; under the empty name what the type itself is. */
type Sentences = Readonly<Record<string, string>>;

let loaded: Readonly<Record<string, Sentences>> | undefined;

/**
 * What is said of builtin types, by their short names, and under `*` of the fields that kinds have in common: in our own
 * words, of the kinds and of the fields that are used most. Read at the first call.
 */
export function descriptions(): Readonly<Record<string, Sentences>> {
  loaded ??= JSON.parse(
    readFileSync(new URL("../../data/descriptions.json", import.meta.url), "utf8"),
  ) as Readonly<Record<string, Sentences>>;
  return loaded;
}

/** What is said of a type and its fields. */
export function sentencesOf(name: string, data: TypeData): Sentences {
  const all = descriptions();
  const common = data.kind === undefined ? undefined : all["*"];
  return { ...common, ...all[name] };
}
