import { printGoJson } from "@catalyst/base/go-json-print";
import { parseYaml } from "@catalyst/base/yaml";
import { editYaml, type YamlEdit } from "@catalyst/base/yaml-edit";
import { spendTime } from "../time-limit.ts";
import { pathError } from "../values/lookup.ts";
import { type PathChange, updatePath } from "../values/path-update.ts";
import { isAmbiguous, isMapping, isScalar, isText, meaningOf, readScalar, textOf } from "../values/scalar.ts";

/**
 * Changes what a path leads to within a text that is JSON or YAML, and prints it as it was: JSON on one line or
 * indented, YAML with its comments. Throws `kustomize-path-invalid` when the path leads nowhere.
 */
export function updateStructuredText(
  scalar: unknown,
  path: readonly string[],
  change: Omit<PathChange, "into">,
): string {
  const text = textOf(scalar);
  // To read it takes far longer than to go through it.
  spendTime(text.length * 16);
  const { value } = parseYaml(text, { dialect: "kustomize", scalar: readScalar });
  const into = (inner: unknown, rest: readonly string[]) => updateStructuredText(inner, rest, change);
  const { value: result, count } = updatePath(value, path, { ...change, into });
  if (count === 0) throw pathError("the path leads nowhere within the text");
  if (!/^\s*[{[]/.test(text)) return editYaml(text, differences(value, result)).trim();
  return printGoJson(meaningOf(result, "json"), text.includes("\n") && text.includes("  ") ? 2 : undefined);
}

/** What has to be put where for one value to become the other. */
function differences(
  before: unknown,
  after: unknown,
  path: readonly (string | number)[] = [],
): readonly YamlEdit[] {
  if (before === after) return [];
  if (isMapping(before) && isMapping(after)) {
    return Object.entries(after).flatMap(([name, item]) => differences(before[name], item, [...path, name]));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return after.flatMap((item, index) => differences(before[index], item, [...path, index]));
  }
  const needsQuotes = isText(after) && isAmbiguous(textOf(after));
  return [{ path, value: isScalar(after) ? textOf(after) : meaningOf(after, "json"), needsQuotes }];
}
