import { unfinished } from "../unfinished.ts";

/** A parsed path of the subset printer columns and scale paths use (`.spec.ports[*].port`, `[?(@.a=="b")]`). */
export interface JsonPath {
  readonly text: string;
  readonly steps: readonly unknown[];
}

/** Parses a path with or without braces. Throws StatusError 422. */
export function parseJsonPath(text: string): JsonPath {
  return unfinished(`parseJsonPath ${text}`);
}

/** All values a path finds, in order. */
export function evaluateJsonPath(path: JsonPath, value: unknown): readonly unknown[] {
  return unfinished(`evaluateJsonPath ${path.text} ${value}`);
}
