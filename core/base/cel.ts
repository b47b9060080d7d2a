import { createRequire } from "node:module";
import type { ASTNode } from "@marcbachmann/cel-js";
import { CatalystError, errorMessage } from "./errors.ts";
import { GoRegexp } from "./go-regexp.ts";
import { late } from "./late.ts";

/** A CEL expression, parsed once. */
export interface CelProgram {
  readonly expression: string;
  /** Throws `cel-failed` when it can't be evaluated with these variables, such as for a missing key. */
  evaluate(variables: Readonly<Record<string, unknown>>): unknown;
}

/** The name that `matches` goes by inside: the library's own would run patterns on V8's backtracking engine. */
const linearMatches = "matchesLinear";

const require = createRequire(import.meta.url);

/** The library is loaded with the first expression: few dependencies have one. */
const environment = late(() => {
  const { Environment } = require("@marcbachmann/cel-js") as typeof import("@marcbachmann/cel-js");
  return new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
  }).registerFunction(`string.${linearMatches}(string): bool`, (text: string, pattern: string) =>
    new GoRegexp(pattern).test(text),
  );
});

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
    return environment().parse(rewrite(expression, environment().parse(expression).ast));
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

/** A stretch of an expression that another text is put in the place of. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** Writes in other words what the library does otherwise than CEL; from the end, so that earlier positions stay right. */
function rewrite(expression: string, ast: ASTNode): string {
  const edits: Edit[] = [];
  visit(ast, (node) => edits.push(...linearMatch(expression, node), ...presence(expression, node)));
  return edits
    .sort((a, b) => b.at - a.at)
    .reduce(
      (text, { at, length, text: put }) => text.slice(0, at) + put + text.slice(at + length),
      expression,
    );
}

/** Renames a call of `matches`. */
function linearMatch(expression: string, node: ASTNode): readonly Edit[] {
  if (node.op !== "rcall" || node.args[0] !== "matches") return [];
  const from = node.args[1].range.end;
  const name = /^[\s)]*\.\s*(?=matches\b)/.exec(expression.slice(from));
  if (name === null) throw new CatalystError("cel-invalid", "a call of matches can't be read");
  return [{ at: from + name[0].length, length: "matches".length, text: linearMatches }];
}

/**
 * The library's `has` takes names joined by dots alone; CEL's takes a field of any operand, such as `has(a[0].b)`.
 * An optional field says the same: `(a[0].?b.hasValue())`.
 */
function presence(expression: string, node: ASTNode): readonly Edit[] {
  if (node.op !== "call" || node.args[0] !== "has") return [];
  const [field] = node.args[1];
  if (field === undefined || field.op !== ".") return [];
  let operand: ASTNode = field.args[0];
  while (operand.op === "." || operand.op === ".?") operand = operand.args[0];
  if (operand.op === "id") return [];
  const from = field.args[0].range.end;
  const dot = expression.indexOf(".", from);
  return [
    { at: node.range.start, length: "has".length, text: "" },
    { at: dot + 1, length: 0, text: "?" },
    { at: field.range.end, length: 0, text: ".hasValue()" },
  ];
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
