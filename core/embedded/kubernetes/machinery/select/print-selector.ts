import { at, each, type Fields, text, texts } from "../resources/fields.ts";

/** Prints a LabelSelector in its text form: `app=web,tier in (a,b)`. */
export function printSelector(selector: Fields): string {
  const labels = Object.entries(at(selector, "matchLabels")).map(
    ([key, value]) => [key, `${key}=${String(value)}`] as const,
  );
  const expressions = each(selector, "matchExpressions").map(
    (expression) => [text(expression, "key"), printExpression(expression)] as const,
  );
  return [...labels, ...expressions]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, shown]) => shown)
    .join(",");
}

function printExpression(expression: Fields): string {
  const key = text(expression, "key");
  const values = texts(expression, "values").toSorted().join(",");
  switch (expression["operator"]) {
    case "In":
      return `${key} in (${values})`;
    case "NotIn":
      return `${key} notin (${values})`;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return key;
  }
}
