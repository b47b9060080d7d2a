import {
  EvaluationFault,
  MapValue,
  noSuchOverload,
  OnDemandMap,
  OptionalValue,
  type Value,
} from "./value.ts";

/** `has(a.b)`. */
export function hasField(operand: Value, field: string): Value | EvaluationFault {
  if (operand instanceof OptionalValue) {
    return operand.value === undefined ? false : hasField(operand.value, field);
  }
  if (operand instanceof MapValue) return operand.get(field) !== undefined;
  if (operand === null) return false;
  return new EvaluationFault(noSuchOverload);
}

/** `a.b`. */
export function selectField(operand: Value, field: string): Value | EvaluationFault {
  if (operand instanceof OptionalValue) return selectOptional(operand, field);
  // cel-go finds nothing in null, and isn't surprised.
  if (operand === null) return new EvaluationFault(`no such key: ${field}`);
  if (!(operand instanceof MapValue)) return new EvaluationFault(noSuchOverload);
  const held = operand instanceof OnDemandMap ? operand.demand(field) : operand.get(field);
  return held === undefined ? new EvaluationFault(`no such key: ${field}`) : held;
}

/** `a.?b` and fields of what is optional: absent where anything on the way is. */
export function selectOptional(operand: Value, field: string): Value | EvaluationFault {
  const held = operand instanceof OptionalValue ? operand.value : operand;
  if (held === undefined) return OptionalValue.none;
  if (!(held instanceof MapValue)) return new EvaluationFault(noSuchOverload);
  const found = held.get(field);
  return found === undefined ? OptionalValue.none : new OptionalValue(found);
}
