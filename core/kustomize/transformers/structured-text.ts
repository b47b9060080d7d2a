import { parseYaml } from "@catalyst/base/yaml";
import { goJson } from "../values/go-json.ts";
import { pathError } from "../values/lookup.ts";
import { type PathChange, updatePath } from "../values/path-update.ts";
import { meaningOf, readScalar, textOf } from "../values/scalar.ts";

/**
 * Changes what a path leads to within a text that is JSON, and prints it as it was: on one line, or indented. Throws
 * `kustomize-path-invalid` when the path leads nowhere, or the text isn't JSON.
 */
export function updateStructuredText(
  scalar: unknown,
  path: readonly string[],
  change: Omit<PathChange, "into">,
): string {
  const text = textOf(scalar);
  const { value } = parseYaml(text, { dialect: "kustomize", scalar: readScalar });
  const into = (inner: unknown, rest: readonly string[]) => updateStructuredText(inner, rest, change);
  const { value: result, count } = updatePath(value, path, { ...change, into });
  if (count === 0) throw pathError("the path leads nowhere within the text");
  if (!/^\s*[{[]/.test(text)) throw pathError("only JSON can be changed within a text");
  return goJson(meaningOf(result, "json"), text.includes("\n") && text.includes("  ") ? 2 : undefined);
}
