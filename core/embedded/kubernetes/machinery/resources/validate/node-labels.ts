import { at, each, type Fields, text } from "../fields.ts";
import { deprecatedLabels } from "./pod/node-labels.ts";

/** The warning for a node's label that is on its way out, at a field. */
export function labelWarnings(key: string, field: string): readonly string[] {
  const why = deprecatedLabels.get(key);
  return why === undefined ? [] : [`${field}: ${why}`];
}

/** Warnings for a LabelSelector of nodes. */
export function nodeSelectorWarnings(selector: Fields, path: string): readonly string[] {
  const expressions = each(selector, "matchExpressions").flatMap((expression, index) => {
    const key = text(expression, "key");
    const why = deprecatedLabels.get(key);
    return why === undefined ? [] : [`${path}.matchExpressions[${index}].key: ${key} is ${why}`];
  });
  const labels = Object.keys(at(selector, "matchLabels")).flatMap((key) =>
    labelWarnings(key, `${path}.matchLabels.${key}`),
  );
  return [...expressions, ...labels];
}
