import { quote } from "@catalyst/base/go-quote";
import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject } from "@catalyst/base/json";
import { documentUrl, SchemaDocument, SchemaInvalid, type SchemaNode } from "./document.ts";
import { metaschemaOf } from "./metaschema.ts";
import { printProblems } from "./problems.ts";
import { validate } from "./validate.ts";

/** Keywords that hold a schema, a list of them, or schemas by name. */
const single = [
  "not",
  "items",
  "additionalItems",
  "additionalProperties",
  "contains",
  "propertyNames",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
];
const lists = ["allOf", "anyOf", "oneOf", "items", "prefixItems"];
const maps = ["properties", "patternProperties", "dependencies", "dependentSchemas"];
const references = ["$ref", "$recursiveRef", "$dynamicRef"];

/**
 * Reads a schema and makes sure that it can be used: it fits its own schema, its references lead somewhere and its
 * patterns can be read. Throws SchemaInvalid with the text of Helm's library.
 */
export function compileSchema(value: unknown): SchemaDocument {
  const document = new SchemaDocument(value);
  checkAgainstMetaschema(document);
  const seen = new Set<SchemaNode>([document.root]);
  for (const node of seen) {
    for (const next of checkNode(document, node)) seen.add(next);
  }
  return document;
}

function checkAgainstMetaschema(document: SchemaDocument): void {
  const metaschema = metaschemaOf(document.draft);
  const problem = validate(metaschema.document, document.root.value);
  if (problem === undefined) return;
  throw new SchemaInvalid(
    `${quote(`${documentUrl}#`)} is not valid against metaschema: jsonschema validation failed with '${metaschema.url}#'\n${printProblems(problem)}`,
  );
}

/** Checks one schema and gives those it leads to. */
function checkNode(document: SchemaDocument, node: SchemaNode): SchemaNode[] {
  const { value: schema } = node;
  if (!isObject(schema)) return [];
  const targets = references
    .filter(
      (keyword) => typeof schema[keyword] === "string" && (keyword === "$ref" || document.draft >= 2019),
    )
    .map((keyword) => document.resolve(node, schema[keyword] as string));
  if (document.draft < 2019 && targets.length > 0) return targets;
  const { pattern, patternProperties } = schema;
  if (typeof pattern === "string") checkPattern(pattern, `${node.pointer}/pattern`);
  if (isObject(patternProperties)) {
    for (const one of Object.keys(patternProperties)) checkPattern(one, `${node.pointer}/patternProperties`);
  }
  const places = [
    ...single.map((keyword) => [keyword]),
    ...lists.flatMap((keyword) => indexesOf(schema[keyword]).map((index) => [keyword, index])),
    ...maps.flatMap((keyword) => namesOf(schema[keyword]).map((name) => [keyword, name])),
  ];
  const inside = places.map((place) => document.child(node, ...place)).filter((found) => found !== undefined);
  return [...targets, ...inside];
}

function indexesOf(list: unknown): string[] {
  return Array.isArray(list) ? [...list.keys()].map(String) : [];
}

function namesOf(map: unknown): string[] {
  return isObject(map) ? Object.keys(map) : [];
}

function checkPattern(pattern: string, pointer: string): void {
  try {
    goRegexp(pattern);
  } catch (error) {
    const where = quote(`${documentUrl}#${pointer}`);
    throw new SchemaInvalid(`invalid regex ${quote(pattern)} at ${where}: ${(error as Error).message}`);
  }
}
