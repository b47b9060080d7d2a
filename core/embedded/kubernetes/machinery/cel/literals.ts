import { isCatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import { type CallNode, type ExpressionNode, partsOf } from "./expression.ts";
import type { Issue } from "./issue.ts";
import { parseDuration, parseTimestamp } from "./library/times.ts";

/** Literals a function can't take: patterns that aren't any, times and spans; found before anything runs. */
export function literalIssues(node: ExpressionNode): readonly Issue[] {
  const issues: Issue[] = [];
  for (const part of partsOf(node)) if (part.kind === "call") checkCall(part, issues);
  return issues;
}

const validators: Readonly<Record<string, (text: string) => boolean>> = {
  matches: isPattern,
  duration: (text) => parseDuration(text) !== undefined,
  timestamp: (text) => parseTimestamp(text) !== undefined,
};

function checkCall(node: CallNode, issues: Issue[]): void {
  const isValid = Object.hasOwn(validators, node.name) ? validators[node.name] : undefined;
  const literal = node.name === "matches" ? node.args.at(-1) : node.args[0];
  if (isValid === undefined || literal?.kind !== "literal" || typeof literal.value !== "string") return;
  if (isValid(literal.value)) return;
  issues.push({ at: literal.at, message: `invalid ${node.name} argument` });
}

function isPattern(text: string): boolean {
  try {
    goRegexp(text);
    return true;
  } catch (error) {
    if (isCatalystError(error, "regexp-invalid")) return false;
    throw error;
  }
}
