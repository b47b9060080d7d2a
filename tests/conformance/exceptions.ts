import { readFileSync } from "node:fs";
import { parseYaml } from "@catalyst/base/yaml";

/** Specs that aren't asked of the embedded cluster, and why. */
export interface Exceptions {
  readonly reason: string;
  readonly specs: readonly string[];
}

/** What runs the embedded cluster's Pods, and the list of exceptions that is kept for it. */
const files = { simulated: "exceptions.yaml", podman: "exceptions-podman.yaml" } as const;

export type TestedRuntime = keyof typeof files;

/** Reads the list of exceptions on a runtime. */
export function readExceptions(runtime: TestedRuntime): readonly Exceptions[] {
  const text = readFileSync(new URL(files[runtime], import.meta.url), "utf8");
  return parseYaml(text).value as readonly Exceptions[];
}

/** Gives the names of all specs that are excepted on a runtime. */
export function excepted(runtime: TestedRuntime): readonly string[] {
  return readExceptions(runtime).flatMap(({ specs }) => specs);
}
