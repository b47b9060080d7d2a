import { readFileSync } from "node:fs";
import type { KindCorpus, Verdict } from "./corpus.ts";

/** The file of what a real API server said to a kind's cases; tests/lab/corpus.test.ts records it. */
export function goldenFile({ kind }: KindCorpus): URL {
  const name = kind.toLowerCase().replaceAll("/", "-");
  return new URL(`../golden/corpus/${name}.json`, import.meta.url);
}

/** Reads what was recorded of a kind. */
export function recorded(corpus: KindCorpus): Readonly<Record<string, Verdict>> {
  return JSON.parse(readFileSync(goldenFile(corpus), "utf8")) as Record<string, Verdict>;
}

/** Prints a kind's record, one case on a line, so that a diff shows which changed. */
export function printGolden(verdicts: Readonly<Record<string, Verdict>>): string {
  const lines = Object.entries(verdicts).map(
    ([name, verdict]) => `${JSON.stringify(name)}: ${JSON.stringify(verdict)}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}
