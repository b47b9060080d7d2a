/** A JSON Schema node, as far as the pages tell of it. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** One field of a schema, with its path from the root: `blueprint.name`, `members[].role`. */
export interface SchemaRow {
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: string;
  readonly description: string;
}

/** Lists a schema's fields in the order they are written, nested ones after the field that holds them. */
export function schemaRows(schema: SchemaNode, path = ""): SchemaRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, node]) => {
    const own = path === "" ? name : `${path}.${name}`;
    const row = {
      path: own,
      type: typeName(node),
      required: schema.required?.includes(name) === true,
      default: node.default === undefined ? "" : JSON.stringify(node.default),
      description: node.description ?? "",
    };
    return [row, ...inside(node, own)];
  });
}

function inside(node: SchemaNode, path: string): SchemaRow[] {
  if (node.items !== undefined)
    return [...schemaRows(node.items, `${path}[]`), ...inside(node.items, `${path}[]`)].filter(distinct);
  const values = valuesOf(node);
  if (values !== undefined) return schemaRows(values, `${path}.<name>`);
  return schemaRows(node, path);
}

function distinct(row: SchemaRow, index: number, rows: readonly SchemaRow[]): boolean {
  return rows.findIndex(({ path }) => path === row.path) === index;
}

/** The schema of a map's values. */
function valuesOf(node: SchemaNode): SchemaNode | undefined {
  const [values] = Object.values(node.patternProperties ?? {});
  return values ?? (typeof node.additionalProperties === "object" ? node.additionalProperties : undefined);
}

/** Says a schema's type in a few words: `list of string`, `one of a, b`, `integer 1 to 100`. */
export function typeName(node: SchemaNode): string {
  const choices = node.enum ?? node.anyOf?.flatMap((branch) => branch.enum ?? [branch.const]);
  if (choices?.every((choice) => choice !== undefined) === true) return `one of ${choices.join(", ")}`;
  if (node.const !== undefined) return `always ${String(node.const)}`;
  if (node.anyOf !== undefined) return node.anyOf.map(typeName).join(" or ");
  if (node.allOf !== undefined) return "object";
  if (node.items !== undefined) return `list of ${typeName(node.items)}`;
  const values = valuesOf(node);
  if (values !== undefined) return `map of ${typeName(values)}`;
  return `${[node.type ?? "anything"].flat().join(" or ")}${limits(node)}`;
}

function limits({ minimum, maximum, minLength, maxLength, pattern, format }: SchemaNode): string {
  const range = (low: number | undefined, high: number | undefined, unit: string) => {
    if (low === undefined && high === undefined) return [];
    if (high === undefined) return [`at least ${low}${unit}`];
    return [low === undefined ? `at most ${high}${unit}` : `${low} to ${high}${unit}`];
  };
  const words = [
    ...range(minimum, maximum, ""),
    ...range(minLength, maxLength, " characters"),
    ...(format === undefined ? [] : [format]),
    ...(pattern === undefined ? [] : [`matching \`${pattern}\``]),
  ];
  return words.length === 0 ? "" : `, ${words.join(", ")}`;
}
