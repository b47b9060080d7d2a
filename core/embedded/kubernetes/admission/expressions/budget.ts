import type { Unusable } from "../../machinery/admission/index.ts";
import type { Program, Value } from "../../machinery/cel/index.ts";
import type { Activation } from "./activation.ts";

/**
 * What all expressions of a policy's binding, and all conditions of a webhook or policy, may cost; upstream's.
 */
export const policyBudget = 10_000_000;
export const conditionsBudget = 2_500_000;

/** Expressions together cost more than they may: none of the others is evaluated any more. */
export class BudgetExceeded extends Error {
  constructor() {
    super("validation failed due to running out of cost budget, no further validation rules will be run");
  }
}

/** The value of an expression, or why there is none. */
export type Evaluated = { readonly value: Value } | { readonly error: string };

/** Evaluates expressions one after another until their budget is spent. */
export class Budget {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  /** Throws BudgetExceeded. */
  evaluate(program: Program | Unusable, activation: Activation): Evaluated {
    if ("unusable" in program) return { error: `compilation error: ${program.unusable}` };
    const outcome = program.evaluate(activation);
    this.#left -= activation.takeCost() + outcome.cost;
    if (this.#left < 0) throw new BudgetExceeded();
    if ("value" in outcome) return { value: outcome.value };
    return { error: `expression '${program.expression}' resulted in error: ${outcome.error}` };
  }
}
