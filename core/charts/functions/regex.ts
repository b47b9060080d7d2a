import { CatalystError } from "@catalyst/base/errors";
import { type GoRegexp, goRegexp, quoteMeta } from "@catalyst/base/go-regexp";
import { elementSize } from "../template/budget.ts";
import { canBackquote } from "../template/format-scalars.ts";
import { quote } from "../template/quoting.ts";
import { fixed, GoError, type GoFunction, stringList, type TypedList } from "../template/values.ts";
import type { Run } from "./environment.ts";

/** What a text may take to match at most: characters times instructions of the pattern, about ten seconds' work. */
const mostWork = 100_000_000;

/** Bytes, roughly, of one character of a pattern when it is compiled. */
const compiledSize = 64;

export const regexFunctions: readonly (readonly [string, GoFunction])[] = [
  ["regexMatch", fixed(["string", "string"], ([pattern, text], run: Run) => matches(pattern, text, run))],
  [
    "mustRegexMatch",
    fixed(["string", "string"], ([pattern, text], run: Run) => compile(pattern, text, run).test(text)),
  ],
  ...both(
    "FindAll",
    fixed(["string", "string", "int"], ([pattern, text, count], run: Run) =>
      nilWhenEmpty(compile(pattern, text, run).findAll(text, count, counting(run, elementSize))),
    ),
  ),
  ...both(
    "Find",
    fixed(["string", "string"], ([pattern, text], run: Run) => compile(pattern, text, run).find(text)),
  ),
  ...both(
    "ReplaceAll",
    fixed(["string", "string", "string"], ([pattern, text, by], run: Run) =>
      compile(pattern, text, run).replaceAll(text, by, counting(run, by.length)),
    ),
  ),
  ...both(
    "ReplaceAllLiteral",
    fixed(["string", "string", "string"], ([pattern, text, by], run: Run) =>
      compile(pattern, text, run).replaceAllLiteral(text, by, counting(run, by.length)),
    ),
  ),
  ...both(
    "Split",
    fixed(["string", "string", "int"], ([pattern, text, count], run: Run) =>
      splitList(compile(pattern, text, run), text, count, run),
    ),
  ),
  ["regexQuoteMeta", fixed(["string"], ([text]) => quoteMeta(text))],
];

/** Go gives nil where no parts are asked for, and a list of none where there are none. */
function splitList(pattern: GoRegexp, text: string, count: number, run: Run): TypedList {
  const parts = pattern.split(text, count, counting(run, elementSize));
  return count === 0 ? nilWhenEmpty(parts) : stringList(parts);
}

/** Counts what each match makes, and looks at the clock: one may take as long as the text is. */
function counting({ budget }: Run, bytes: number): () => void {
  return () => {
    budget.make(bytes);
    budget.checkTime();
  };
}

function both(name: string, target: GoFunction): [string, GoFunction][] {
  const panicking: GoFunction = {
    ...target,
    call: (args, environment) => {
      try {
        return target.call(args, environment);
      } catch (error) {
        // The form without `must` panics, and the panic names the pattern.
        if (!(error instanceof GoError)) throw error;
        const [pattern] = args as readonly string[];
        throw new GoError(`regexp: Compile(${backquoted(pattern ?? "")}): ${error.message}`);
      }
    },
  };
  return [
    [`regex${name}`, panicking],
    [`mustRegex${name}`, target],
  ];
}

function backquoted(text: string): string {
  return canBackquote(text) ? `\`${text}\`` : quote(text);
}

/** Compiles a pattern for a text. Throws GoError, and `chart-limit` where matching would take too long. */
function compile(pattern: string, text: string, { budget }: Run): GoRegexp {
  budget.make(pattern.length * compiledSize);
  budget.checkTime();
  const compiled = compiledPattern(pattern);
  if (compiled.size * text.length > mostWork) {
    throw new CatalystError(
      "chart-limit",
      `a regular expression of ${compiled.size} instructions is too much for a text of ${text.length} characters`,
      { hint: "Match a part of the text, or use a shorter expression." },
    );
  }
  return compiled;
}

function compiledPattern(pattern: string): GoRegexp {
  try {
    return goRegexp(pattern);
  } catch (error) {
    throw new GoError(error instanceof Error ? error.message : String(error));
  }
}

function matches(pattern: string, text: string, run: Run): boolean {
  try {
    return compile(pattern, text, run).test(text);
  } catch (error) {
    if (error instanceof GoError) return false;
    throw error;
  }
}

function nilWhenEmpty(items: string[]): TypedList {
  const list = stringList(items);
  list.isNil = items.length === 0;
  return list;
}
