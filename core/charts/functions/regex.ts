import { type GoRegexp, goRegexp, quoteMeta } from "@catalyst/base/go-regexp";
import { canBackquote } from "../template/format-scalars.ts";
import { quote } from "../template/quoting.ts";
import { fixed, GoError, type GoFunction, stringList, type TypedList } from "../template/values.ts";

export const regexFunctions: readonly (readonly [string, GoFunction])[] = [
  ["regexMatch", fixed(["string", "string"], ([pattern, text]) => matches(pattern, text))],
  ["mustRegexMatch", fixed(["string", "string"], ([pattern, text]) => compile(pattern).test(text))],
  ...both(
    "FindAll",
    fixed(["string", "string", "int"], ([pattern, text, count]) => findAll(pattern, text, count)),
  ),
  ...both(
    "Find",
    fixed(["string", "string"], ([pattern, text]) => compile(pattern).find(text)),
  ),
  ...both(
    "ReplaceAll",
    fixed(["string", "string", "string"], ([pattern, text, by]) => compile(pattern).replaceAll(text, by)),
  ),
  ...both(
    "ReplaceAllLiteral",
    fixed(["string", "string", "string"], ([pattern, text, by]) =>
      compile(pattern).replaceAllLiteral(text, by),
    ),
  ),
  ...both(
    "Split",
    fixed(["string", "string", "int"], ([pattern, text, count]) => split(pattern, text, count)),
  ),
  ["regexQuoteMeta", fixed(["string"], ([text]) => quoteMeta(text))],
];

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

function compile(pattern: string): GoRegexp {
  try {
    return goRegexp(pattern);
  } catch (error) {
    throw new GoError(error instanceof Error ? error.message : String(error));
  }
}

function matches(pattern: string, text: string): boolean {
  try {
    return goRegexp(pattern).test(text);
  } catch {
    return false;
  }
}

function findAll(pattern: string, text: string, count: number): TypedList {
  return nilWhenEmpty(compile(pattern).findAll(text, count));
}

function split(pattern: string, text: string, count: number): TypedList {
  return nilWhenEmpty(compile(pattern).split(text, count));
}

function nilWhenEmpty(items: string[]): TypedList {
  const list = stringList(items);
  list.isNil = items.length === 0;
  return list;
}
