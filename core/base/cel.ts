import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { CatalystError, errorMessage } from "./errors.ts";
import { GoRegexp } from "./go-regexp.ts";

/** A CEL expression, parsed once. */
export interface CelProgram {
  readonly expression: string;
  /** Throws `cel-failed` when it can't be evaluated with these variables, such as for a missing key. */
  evaluate(variables: Readonly<Record<string, unknown>>): unknown;
}

/** The name that `matches` goes by inside: the library's own would run patterns on V8's backtracking engine. */
const linearMatches = "matchesLinear";

const environment = new Environment({ unlistedVariablesAreDyn: true }).registerFunction(
  `string.${linearMatches}(string): bool`,
  (text: string, pattern: string) => new GoRegexp(pattern).test(text),
);

/**
 * Parses a CEL expression; variables are dynamically typed and patterns take linear time (security case
 * 10). Throws `cel-invalid`.
 */
export function compileCel(expression: string): CelProgram {
  const program = parse(expression);
  return {
    expression,
    evaluate: (variables) => {
      try {
        return program({ ...variables });
      } catch (cause) {
        throw new CatalystError("cel-failed", `${expression} can't be evaluated: ${summary(cause)}`, {
          cause,
        });
      }
    },
  };
}

/** Evaluates a CEL expression once. Throws `cel-invalid`, `cel-failed`. */
export function evaluateCel(expression: string, variables: Readonly<Record<string, unknown>>): unknown {
  return compileCel(expression).evaluate(variables);
}

function parse(expression: string): (context: Record<string, unknown>) => unknown {
  try {
    const { ast } = environment.parse(expression);
    const rewritten = rewriteMatches(expression, ast);
    return environment.parse(rewritten);
  } catch (cause) {
    throw new CatalystError(
      "cel-invalid",
      `${JSON.stringify(expression)} is not a CEL expression: ${summary(cause)}`,
      {
        cause,
        hint: "Write it like config.replicas > 1.",
      },
    );
  }
}

/** Renames every call of `matches`; from the end, so that earlier positions stay right. */
function rewriteMatches(expression: string, ast: ASTNode): string {
  const places: number[] = [];
  visit(ast, (node) => {
    if (node.op !== "rcall" || node.args[0] !== "matches") return;
    const from = node.args[1].range.end;
    const name = /^[\s)]*\.\s*(?=matches\b)/.exec(expression.slice(from));
    if (name === null) throw new CatalystError("cel-invalid", "a call of matches can't be read");
    places.push(from + name[0].length);
  });
  return places
    .sort((a, b) => b - a)
    .reduce(
      (text, place) => text.slice(0, place) + linearMatches + text.slice(place + "matches".length),
      expression,
    );
}

function visit(node: ASTNode, see: (node: ASTNode) => void): void {
  see(node);
  const walk = (item: unknown): void => {
    if (Array.isArray(item)) item.forEach(walk);
    else if (typeof item === "object" && item !== null && "op" in item && "args" in item) {
      visit(item as ASTNode, see);
    }
  };
  walk(node.args);
}

/** The library's message without its drawing of the place. */
function summary(cause: unknown): string {
  return errorMessage(cause).split("\n")[0] ?? "";
}
