import { EvaluationFault, MapValue, noSuchOverload, OptionalValue, type Value } from "./value.ts";

/** `has(a.b)`. */
export function hasField(operand: Value, field: string): Value | EvaluationFault {
  if (operand instanceof OptionalValue) {
    return operand.value === undefined ? false : hasField(operand.value, field);
  }
  if (operand instanceof MapValue) return operand.get(field) !== undefined;
  return new EvaluationFault(noSuchOverload);
}

/** `a.b`. */
export function selectField(operand: Value, field: string): Value | EvaluationFault {
  if (operand instanceof OptionalValue) return selectOptional(operand, field);
  if (!(operand instanceof MapValue)) return new EvaluationFault(noSuchOverload);
  return operand.get(field) ?? new EvaluationFault(`no such key: ${field}`);
}

/** `a.?b` and fields of what is optional: absent where anything on the way is. */
export function selectOptional(operand: Value, field: string): Value | EvaluationFault {
  const held = operand instanceof OptionalValue ? operand.value : operand;
  if (held === undefined) return OptionalValue.none;
  if (!(held instanceof MapValue)) return new EvaluationFault(noSuchOverload);
  const found = held.get(field);
  return found === undefined ? OptionalValue.none : new OptionalValue(found);
}
