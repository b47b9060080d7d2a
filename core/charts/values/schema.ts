import { isObject, type JsonObject, type JsonValue } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import { commentAbove, namedComments, type ValueComment } from "./comments.ts";

/**
 * Makes a JSON schema for the values of a chart that has none, from its values.yaml: each value's type and default,
 * and what comments in the ways of helm-docs and of Bitnami's readme-generator say of it. It describes, and refuses
 * no value the chart may know beyond it. Throws `yaml-invalid`.
 */
export function valuesSchema(text: string): JsonObject {
  const { value, lineOf } = parseYaml(text, { file: "values.yaml" });
  const lines = text.split(/\r?\n/);
  const named = namedComments(text);
  const describe = (path: readonly string[]): ValueComment => {
    const comment = named.get(path.join("."));
    const line = keyLine(lines, lineOf(path), path.at(-1) ?? "");
    const above = line === undefined ? undefined : commentAbove(lines.slice(0, line - 1));
    return (
      comment ?? above ?? { description: undefined, type: undefined, isNullable: false, isHidden: false }
    );
  };
  return { type: "object", ...propertiesOf(isObject(value) ? value : {}, [], describe) };
}

/** The line of a key, from 1: a map's first value stands below it. Undefined where it isn't a line's first word. */
function keyLine(lines: readonly string[], valueLine: number | undefined, name: string): number | undefined {
  for (let line = valueLine ?? 0; line > 0; line--) {
    const text = (lines[line - 1] ?? "").trim();
    if ([name, `"${name}"`, `'${name}'`].some((key) => text.startsWith(`${key}:`))) return line;
    if (line < (valueLine ?? 0) && text !== "" && !text.startsWith("#")) return undefined;
  }
  return undefined;
}

type Describe = (path: readonly string[]) => ValueComment;

function propertiesOf(
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
  describe: Describe,
): JsonObject {
  const properties = Object.entries(values).flatMap(([name, value]): [string, JsonValue][] => {
    const own = [...path, name];
    const comment = describe(own);
    return comment.isHidden ? [] : [[name, propertyOf(value, own, comment, describe)]];
  });
  return properties.length === 0 ? {} : { properties: Object.fromEntries(properties) };
}

function propertyOf(
  value: unknown,
  path: readonly string[],
  { description, type: said, isNullable }: ValueComment,
  describe: Describe,
): JsonObject {
  const type = said ?? typeOf(value);
  const isMap = isObject(value) && type === "object";
  return {
    ...(type === undefined
      ? {}
      : { type: isNullable || (value === null && said !== undefined) ? [type, "null"] : type }),
    ...(description === undefined ? {} : { description }),
    ...(isMap && Object.keys(value).length > 0 ? propertiesOf(value, path, describe) : {}),
    ...(isMap || value === undefined || value === null ? {} : { default: value as JsonValue }),
  };
}

function typeOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
