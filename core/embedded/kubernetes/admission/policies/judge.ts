import { compileIn, compileVariables, results, type Unusable } from "../../machinery/admission/index.ts";
import type { Program } from "../../machinery/cel/index.ts";
import { formatType } from "../../machinery/cel/type.ts";
import { typeOf } from "../../machinery/cel/value.ts";
import type { Attributes } from "../attributes.ts";
import { Activation, type Bindings } from "../expressions/activation.ts";
import { Budget, BudgetExceeded, type Evaluated, policyBudget } from "../expressions/budget.ts";
import { conditionsMet } from "../expressions/conditions.ts";
import type { Match } from "../match/match.ts";
import type { ValidatingSpec } from "./validating.ts";

/** Longest message an expression may give, in bytes; upstream's. */
const maxMessage = 5 * 1024;

export interface Failure {
  readonly index: number;
  readonly message: string;
  readonly reason?: string | undefined;
}

/** What a policy says of a write. */
export interface Judgement {
  readonly failures: readonly Failure[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Annotations that couldn't be made, where that refuses the write. */
  readonly annotationErrors: readonly string[];
}

const nothing: Judgement = { failures: [], annotations: [], annotationErrors: [] };

/**
 * Evaluates a policy for a write. What can't be evaluated fails, or under failurePolicy `Ignore` counts for
 * nothing.
 */
export function judge(
  spec: ValidatingSpec,
  attributes: Attributes,
  match: Match,
  bindings: Bindings,
): Judgement {
  const compiled = compile(spec);
  const failing = (message: string): Judgement =>
    spec.failurePolicy === "Ignore" ? nothing : { ...nothing, failures: [{ index: 0, message }] };
  // Each sort of expression evaluates the policy's variables for itself.
  const activation = () => new Activation(attributes, match, { ...bindings, variables: compiled.variables });
  const met = conditionsMet(compiled.conditions, activation(), spec.failurePolicy);
  if (met === false) return nothing;
  if (met !== true) return failing(met.error);
  try {
    const budget = new Budget(policyBudget);
    const now = activation();
    const outcomes = compiled.validations.map((program) => budget.evaluate(program, now));
    const messages = messagesOf(compiled, budget, activation());
    const failures = outcomes.flatMap((outcome, index) => failureOf(spec, index, outcome, messages));
    return { failures, ...annotate(spec, compiled, activation()) };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return failing(error.message);
  }
}

type Messages = readonly (Evaluated | undefined)[] | { readonly exceeded: string };

function messagesOf({ messages }: Compiled, budget: Budget, activation: Activation): Messages {
  try {
    return messages.map((program) =>
      program === undefined ? undefined : budget.evaluate(program, activation),
    );
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { exceeded: error.message };
  }
}

function failureOf(
  spec: ValidatingSpec,
  index: number,
  outcome: Evaluated,
  messages: Messages,
): readonly Failure[] {
  const ignored = spec.failurePolicy === "Ignore";
  if ("error" in outcome) return ignored ? [] : [{ index, message: outcome.error }];
  if ("exceeded" in messages) {
    return ignored ? [] : [{ index, message: `failed messageExpression: ${messages.exceeded}` }];
  }
  if (outcome.value === true) return [];
  const { expression = "", message = "", reason = "Invalid" } = spec.validations?.[index] ?? {};
  const text = messageText(messages[index]) || message.trim() || `failed expression: ${expression.trim()}`;
  return [{ index, message: text, reason }];
}

/** What a messageExpression gave, if it may be used. */
function messageText(outcome: Evaluated | undefined): string {
  if (outcome === undefined || "error" in outcome || typeof outcome.value !== "string") return "";
  const text = outcome.value.trim();
  return Buffer.byteLength(text) > maxMessage || text.includes("\n") ? "" : text;
}

function annotate(spec: ValidatingSpec, { annotations }: Compiled, activation: Activation) {
  const budget = new Budget(policyBudget);
  const values: { key: string; value: string }[] = [];
  const annotationErrors: string[] = [];
  (spec.auditAnnotations ?? []).forEach(({ key, valueExpression }, index) => {
    const outcome = budget.evaluate(annotations[index] as Program, activation);
    if ("error" in outcome) {
      if (spec.failurePolicy !== "Ignore") annotationErrors.push(outcome.error);
    } else if (typeof outcome.value === "string") {
      const value = outcome.value.trim();
      if (value !== "") values.push({ key, value });
    } else if (outcome.value !== null) {
      const type = formatType(typeOf(outcome.value));
      annotationErrors.push(
        `valueExpression '${valueExpression}' resulted in unsupported return type: ${type}. Return type must be either string or null.`,
      );
    }
  });
  return { annotations: values, annotationErrors };
}

interface Compiled {
  readonly variables: ReturnType<typeof compileVariables>;
  readonly conditions: readonly (Program | Unusable)[];
  readonly validations: readonly (Program | Unusable)[];
  readonly messages: readonly (Program | Unusable | undefined)[];
  readonly annotations: readonly (Program | Unusable)[];
}

const known = new WeakMap<ValidatingSpec, Compiled>();

function compile(spec: ValidatingSpec): Compiled {
  let compiled = known.get(spec);
  if (compiled === undefined) {
    compiled = compileNow(spec);
    known.set(spec, compiled);
  }
  return compiled;
}

function compileNow(spec: ValidatingSpec): Compiled {
  const { variables = [], matchConditions = [], validations = [], auditAnnotations = [] } = spec;
  const own = { params: spec.paramKind !== undefined, authorizer: true };
  const compiled = compileVariables(variables, own);
  const place = { ...own, variables: compiled.types };
  return {
    variables: compiled,
    conditions: matchConditions.map(({ expression }) => compileIn(place, expression, results.condition)),
    validations: validations.map(({ expression }) => compileIn(place, expression, results.validation)),
    messages: validations.map(({ messageExpression }) =>
      messageExpression
        ? compileIn({ ...place, authorizer: false }, messageExpression, results.message)
        : undefined,
    ),
    annotations: auditAnnotations.map(({ valueExpression }) =>
      compileIn(place, valueExpression, results.annotation),
    ),
  };
}
