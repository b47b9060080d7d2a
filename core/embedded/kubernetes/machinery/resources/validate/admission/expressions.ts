import { compileIn, type Place } from "../../../admission/index.ts";
import type { CelType } from "../../../cel/index.ts";
import type { FieldFault } from "../../../status.ts";
import { invalidValue } from "../../../validate/faults.ts";

/** What is wrong with an expression in its place. */
export function expressionFaults(
  place: Place,
  expression: string,
  results: readonly CelType[],
  path: string,
): readonly FieldFault[] {
  const compiled = compileIn(place, expression, results);
  return "unusable" in compiled ? [invalidValue(path, expression, compiled.unusable)] : [];
}
