import { type CelSyntax, CelSyntaxError, parseCel } from "@catalyst/base/cel-syntax";
import { check } from "./check.ts";
import { estimateCost } from "./cost/estimate.ts";
import { Environment, type Extension } from "./environment.ts";
import { CostExceeded, Evaluation, type Variables } from "./evaluate.ts";
import { expand } from "./expand.ts";
import { type ExpressionNode, partsOf } from "./expression.ts";
import { type Issue, printIssues } from "./issue.ts";
import { literalIssues } from "./literals.ts";
import type { CelType, Declaration } from "./type.ts";
import { EvaluationFault, type Value } from "./value.ts";

/** What evaluating one expression may cost, as upstream's PerCallLimit. */
export const callCostLimit = 1_000_000;

/** An expression that isn't one in its environment. */
export interface CompileFailure {
  /** All that is wrong, printed as cel-go prints it. */
  readonly issues: string;
}

/** How an evaluation ended: with a value, or with the reason why there is none. */
export type Outcome = { readonly cost: number } & (
  | { readonly value: Value }
  | { readonly error: string; readonly exceeded: boolean }
);

/** An expression, checked: it can be evaluated any number of times. */
export interface Program {
  readonly expression: string;
  readonly type: CelType;
  /** Tells whether the expression names this variable. */
  names(variable: string): boolean;
  /**
   * The most an evaluation may cost, by the sizes the declaration of its variables allows; Infinity where nothing
   * bounds it.
   */
  estimate(declaration: Declaration): number;
  /**
   * Evaluates with these variables, never past the limit: then `exceeded`. Only what is evaluated is asked for:
   * a variable may be made on demand.
   */
  evaluate(variables: Variables | Readonly<Record<string, Value>>, limit?: number): Outcome;
}

/**
 * Compiles an expression for variables of these types, with Kubernetes' functions and those of an extension. `dyn`
 * variables are checked when it runs.
 */
export function compileExpression(
  expression: string,
  variables: Readonly<Record<string, CelType>>,
  extension?: Extension,
): Program | CompileFailure {
  const parsed = parse(expression);
  if ("issues" in parsed) return { issues: printIssues(expression, parsed.issues) };
  const expanded = expand(parsed.syntax);
  if (expanded.issues.length > 0) return { issues: printIssues(expression, expanded.issues) };
  const { node } = expanded;
  const checked = check(new Environment(variables, extension), node);
  if (checked.length > 0) return { issues: printIssues(expression, checked) };
  const wrong = literalIssues(node);
  if (wrong.length > 0) return { issues: printIssues(expression, wrong) };
  return new CompiledProgram(expression, node);
}

function parse(expression: string): { readonly syntax: CelSyntax } | { readonly issues: readonly Issue[] } {
  try {
    return { syntax: parseCel(expression) };
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    return { issues: [{ at: error.at, message: error.message }] };
  }
}

class CompiledProgram implements Program {
  readonly expression: string;
  readonly #node: ExpressionNode;

  constructor(expression: string, node: ExpressionNode) {
    this.expression = expression;
    this.#node = node;
  }

  get type(): CelType {
    return this.#node.type;
  }

  names(variable: string): boolean {
    return [...partsOf(this.#node)].some((part) => part.kind === "name" && part.name === variable);
  }

  estimate(declaration: Declaration): number {
    return estimateCost(this.#node, declaration).max;
  }

  evaluate(variables: Variables | Readonly<Record<string, Value>>, limit: number = callCostLimit): Outcome {
    const evaluation = new Evaluation(asVariables(variables), limit);
    try {
      const value = evaluation.run(this.#node);
      if (!(value instanceof EvaluationFault)) return { value, cost: evaluation.cost };
      return { error: value.message, exceeded: false, cost: evaluation.cost };
    } catch (error) {
      if (!(error instanceof CostExceeded)) throw error;
      return { error: error.message, exceeded: true, cost: evaluation.cost };
    }
  }
}

function asVariables(variables: Variables | Readonly<Record<string, Value>>): Variables {
  if (typeof variables["get"] === "function") return variables as Variables;
  const values = new Map(Object.entries(variables as Readonly<Record<string, Value>>));
  return { get: (name) => values.get(name) };
}
