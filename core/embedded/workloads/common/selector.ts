import type { LabelSelector } from "@catalyst/ports/kubernetes";

type Labels = Readonly<Record<string, string>>;

/** Tells whether labels meet a selector; one without requirements selects nothing here. */
export function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const equal = Object.entries(selector?.matchLabels ?? {});
  const expressions = selector?.matchExpressions ?? [];
  if (equal.length === 0 && expressions.length === 0) return false;
  return (
    equal.every(([key, value]) => labels?.[key] === value) &&
    expressions.every((expression) => meets(expression, labels ?? {}))
  );
}

function meets(expression: NonNullable<LabelSelector["matchExpressions"]>[number], labels: Labels): boolean {
  const { key, operator, values = [] } = expression;
  const value = labels[key];
  if (operator === "In") return value !== undefined && values.includes(value);
  if (operator === "NotIn") return value === undefined || !values.includes(value);
  if (operator === "Exists") return value !== undefined;
  if (operator === "DoesNotExist") return value === undefined;
  return false;
}
