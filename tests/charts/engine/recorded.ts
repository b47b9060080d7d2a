import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineCase, Outcome } from "./case.ts";

const read = <T>(...path: string[]) =>
  JSON.parse(readFileSync(join(import.meta.dirname, ...path), "utf8")) as T;

/** The files of cases: what each function does, and what the language does. */
export const caseFiles = ["functions", "language"] as const;
export type CaseFile = (typeof caseFiles)[number];

/** Where the answers of Helm's engine to a file's cases are. */
export function goldenFile(file: CaseFile): string {
  return join(import.meta.dirname, "golden", `${file}.json`);
}

/** Templates that every case has beside its own. */
const partials = {
  "_helpers.tpl":
    '{{ define "show" }}[{{ . }}]{{ end }}{{ define "outer" }}{{ include "show" . | indent 2 }}{{ end }}',
};
const files = { "a.txt": "one\ntwo\n", "d/b.yaml": "x: 1\n" };

/** Gives a file's cases by title. */
export function casesOf(file: CaseFile): ReadonlyMap<string, EngineCase> {
  if (file === "language") {
    const cases = read<Record<string, EngineCase>>("cases", "language.json");
    return new Map(Object.entries(cases).map(([title, one]) => [title, { partials, files, ...one }]));
  }
  const values = "text: abc\n";
  return new Map(
    functionExamples().map(({ name, expression }) => {
      return [`${name}: ${expression}`, { template: `{{ ${expression} }}`, partials, files, values }];
    }),
  );
}

/** A use of a function. */
export interface FunctionExample {
  readonly name: string;
  readonly expression: string;
}

/** Gives the uses of every function that are held against Helm's engine. */
export function functionExamples(): FunctionExample[] {
  const examples = read<Record<string, readonly string[]>>("cases", "functions.json");
  return Object.entries(examples).flatMap(([name, expressions]) => {
    return expressions.map((expression) => ({ name, expression }));
  });
}

/** Gives what Helm's engine answered, by title. */
export function recordedAnswers(file: CaseFile): Readonly<Record<string, Outcome>> {
  return read<Record<string, Outcome>>("golden", `${file}.json`);
}
