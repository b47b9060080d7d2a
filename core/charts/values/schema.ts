import { isObject, type JsonArray, type JsonObject, type JsonValue } from "@catalyst/base/json";
import { parseYamlLeniently } from "@catalyst/base/yaml";
import { commentAt, keywordsOf, namedComments, noComment, type ValueComment } from "./comments.ts";
import { keyLines, pathKey } from "./key-lines.ts";

/** Most fields described; where there are more, the deepest are left to be written by hand. */
const fieldLimit = 1000;

/**
 * Makes a JSON schema for the values of a chart that has none, from its values.yaml: each value's type and default,
 * and what comments say of it in the ways of helm-docs, of Bitnami's readme-generator, of helm-schema and of
 * helm-values-schema-json. What `chartSchema` (values.schema.json) says of a value goes before all that. It describes,
 * and refuses no value the chart may know beyond it. Of more than 1,000 fields the deepest objects stay undescribed.
 * Throws `yaml-invalid` and `yaml-too-large`.
 */
export function valuesSchema(text: string, chartSchema?: JsonObject): JsonObject {
  // a key given twice is no mistake to Helm: the last one counts
  const { value } = parseYamlLeniently(text, { file: "values.yaml" });
  const lines = text.split(/\r?\n/);
  const found = keyLines(lines);
  const named = namedComments(lines);
  const comment = (path: readonly string[]): ValueComment => {
    const line = found.get(pathKey(path));
    return named.get(path.join(".")) ?? (line === undefined ? noComment : commentAt(lines, line));
  };
  const values = isObject(value) ? value : {};
  const facts: Facts = { comment, depth: describedDepth(values) };
  return { type: "object", ...propertiesOf(values, [], chartSchema, facts) };
}

interface Facts {
  comment(path: readonly string[]): ValueComment;
  /** How many names the path of a described field has at most. */
  readonly depth: number;
}

type Values = Readonly<Record<string, unknown>>;

/** The greatest depth down to which there aren't too many fields. */
function describedDepth(values: Values): number {
  let level: readonly Values[] = [values];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    count += level.reduce((sum, map) => sum + Object.keys(map).length, 0);
    if (count > fieldLimit) return Math.max(depth, 1);
    level = level.flatMap((map) => Object.values(map).filter(isObject));
  }
  return Number.POSITIVE_INFINITY;
}

function propertiesOf(
  values: Values,
  path: readonly string[],
  chartSchema: JsonObject | undefined,
  facts: Facts,
): JsonObject {
  if (path.length >= facts.depth) return {};
  const names = Object.keys(values).slice(0, fieldLimit);
  const properties = names.flatMap((name): [string, JsonValue][] => {
    const own = [...path, name];
    const comment = facts.comment(own);
    if (comment.isHidden) return [];
    return [[name, propertyOf(values[name], own, comment, schemaOf(chartSchema, name), facts)]];
  });
  return properties.length === 0 ? {} : { properties: Object.fromEntries(properties) };
}

function propertyOf(
  value: unknown,
  path: readonly string[],
  { keywords, isNullable }: ValueComment,
  chartSchema: JsonObject | undefined,
  facts: Facts,
): JsonObject {
  const said: JsonObject = { ...keywords, ...(chartSchema === undefined ? {} : keywordsOf(chartSchema)) };
  const type = said["type"] ?? typeOf(value);
  const isMap = isObject(value) && [type].flat().includes("object");
  const items = said["items"] ?? itemsOf(value);
  const isKnownNull = isNullable || (value === null && said["type"] !== undefined);
  return {
    ...said,
    ...(type === undefined ? {} : { type: isKnownNull ? orNull(type) : type }),
    ...(items === undefined ? {} : { items }),
    ...(isMap && Object.keys(value).length > 0 ? propertiesOf(value, path, chartSchema, facts) : {}),
    ...(isMap || value === undefined || value === null ? {} : { default: value as JsonValue }),
  };
}

/** What a chart's schema says of a property; nothing where it refers to another place. */
function schemaOf(schema: JsonObject | undefined, name: string): JsonObject | undefined {
  const properties = schema?.["properties"];
  if (!isObject(properties) || !Object.hasOwn(properties, name)) return undefined;
  const property = properties[name];
  return isObject(property) ? (property as JsonObject) : undefined;
}

function orNull(type: JsonValue): JsonArray {
  return [...new Set([type, "null"].flat())];
}

function typeOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** A list of texts is edited line by line. */
function itemsOf(value: unknown): JsonObject | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => typeof item === "string") ? { type: "string" } : undefined;
}
