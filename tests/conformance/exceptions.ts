import { readFileSync } from "node:fs";
import { parseYaml } from "@catalyst/base/yaml";

/** Specs that aren't asked of the embedded cluster, and why. */
export interface Exceptions {
  readonly reason: string;
  readonly specs: readonly string[];
}

/** Reads the list of exceptions, `exceptions.yaml`. */
export function readExceptions(): readonly Exceptions[] {
  const text = readFileSync(new URL("exceptions.yaml", import.meta.url), "utf8");
  return parseYaml(text).value as readonly Exceptions[];
}

/** Gives the names of all specs that are excepted. */
export function excepted(): readonly string[] {
  return readExceptions().flatMap(({ specs }) => specs);
}
