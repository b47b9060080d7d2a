import type { Unusable } from "../../machinery/admission/index.ts";
import type { Program } from "../../machinery/cel/index.ts";
import type { Activation } from "./activation.ts";
import { Budget, BudgetExceeded, conditionsBudget } from "./budget.ts";

/**
 * Tells whether a write meets all conditions of a webhook or policy. One that is false decides, whatever is
 * wrong with others; else what is wrong counts as the failurePolicy says: `Ignore` takes it as not met, `Fail`
 * gives the reason.
 */
export function conditionsMet(
  conditions: readonly (Program | Unusable)[],
  activation: Activation,
  failurePolicy: string | undefined,
): boolean | { readonly error: string } {
  const errors: string[] = [];
  const budget = new Budget(conditionsBudget);
  try {
    const outcomes = conditions.map((condition) => budget.evaluate(condition, activation));
    for (const outcome of outcomes) {
      if ("error" in outcome) errors.push(outcome.error);
      else if (outcome.value === false) return false;
    }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    errors.push(error.message);
  }
  if (errors.length === 0) return true;
  return failurePolicy === "Ignore" ? false : { error: aggregated(errors) };
}

function aggregated(errors: readonly string[]): string {
  const texts = [...new Set(errors)];
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(", ")}]`;
}
