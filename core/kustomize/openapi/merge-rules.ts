/** An OpenAPI document, as far as it says how objects merge and where they live. */
export interface OpenApiDocument {
  readonly definitions?: Readonly<Record<string, OpenApiSchema>>;
  readonly paths?: Readonly<
    Record<string, { readonly get?: { readonly "x-kubernetes-group-version-kind"?: GroupVersionKind } }>
  >;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly items?: OpenApiSchema;
  readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-patch-strategy"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[];
}

/** How one field of a definition merges. */
export interface MergeRule {
  /** The definition of the field's value, or of its items: a name, or the definition itself. */
  readonly of?: string | Definition;
  /** The keys by which a list's items merge; none: the list is a set of scalars. Absent: the list is replaced. */
  readonly keys?: readonly string[];
}

/** The rules of a definition's fields; `*` is that of all which aren't named. */
export type Definition = Readonly<Record<string, MergeRule>>;

export interface MergeRules {
  /** `apiVersion/kind` to the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, Definition>>;
}

/** Names a kind as `apiVersion/kind`. */
function typeName({ group, version, kind }: GroupVersionKind): string {
  return `${group === "" || group === undefined ? version : `${group}/${version}`}/${kind}`;
}

/** Reads from OpenAPI documents how the objects they describe merge. */
export function mergeRules(documents: readonly OpenApiDocument[]): MergeRules {
  const all = new Map<string, Definition>();
  const kinds = new Map<string, string>();
  for (const { definitions = {} } of documents) {
    for (const [name, schema] of Object.entries(definitions)) {
      all.set(name, definitionOf(schema));
      for (const kind of schema["x-kubernetes-group-version-kind"] ?? []) kinds.set(typeName(kind), name);
    }
  }
  return { kinds: Object.fromEntries(kinds), definitions: Object.fromEntries(all) };
}

/** Leaves out the definitions and fields that say nothing of how objects merge. */
export function usefulRules(rules: MergeRules): MergeRules {
  const all = new Map(Object.entries(rules.definitions));
  const kinds = Object.entries(rules.kinds);
  const useful = usefulDefinitions(all);
  const definitions = [...useful].sort().map((name) => [name, trimmed(all.get(name) ?? {}, useful)] as const);
  return {
    kinds: Object.fromEntries(kinds.filter(([, name]) => useful.has(name)).sort()),
    definitions: Object.fromEntries(definitions),
  };
}

function definitionOf({ properties = {}, additionalProperties }: OpenApiSchema): Definition {
  const rules = Object.entries(properties).map(([name, schema]) => [name, ruleOf(schema)] as const);
  if (typeof additionalProperties === "object") rules.push(["*", ruleOf(additionalProperties)]);
  return Object.fromEntries(rules);
}

function ruleOf(schema: OpenApiSchema): MergeRule {
  const of = valueRule(schema.type === "array" ? (schema.items ?? {}) : schema);
  const strategy = schema["x-kubernetes-patch-strategy"];
  if (strategy?.split(",").includes("merge") !== true || schema.type !== "array") return { ...of };
  const key = schema["x-kubernetes-patch-merge-key"];
  return { ...of, keys: schema["x-kubernetes-list-map-keys"] ?? (key === undefined ? [] : [key]) };
}

function valueRule(schema: OpenApiSchema): { readonly of?: string | Definition } {
  if (schema.$ref !== undefined) return { of: schema.$ref.replace("#/definitions/", "") };
  const definition = definitionOf(schema);
  return Object.keys(definition).length === 0 ? {} : { of: definition };
}

/** The definitions with a list that merges, at whatever depth: the others say nothing. */
function usefulDefinitions(all: ReadonlyMap<string, Definition>): ReadonlySet<string> {
  const useful = new Set<string>();
  for (let before = -1; before !== useful.size; ) {
    before = useful.size;
    for (const [name, definition] of all) if (isUseful(definition, useful)) useful.add(name);
  }
  return useful;
}

function isUseful(definition: Definition, useful: ReadonlySet<string>): boolean {
  return Object.values(definition).some((rule) => says(rule, useful));
}

function says({ keys, of }: MergeRule, useful: ReadonlySet<string>): boolean {
  return keys !== undefined || (typeof of === "string" ? useful.has(of) : isUseful(of ?? {}, useful));
}

function trimmed(definition: Definition, useful: ReadonlySet<string>): Definition {
  const kept = Object.entries(definition).filter(([, rule]) => says(rule, useful));
  return Object.fromEntries(
    kept.map(([name, { of, keys }]) => [
      name,
      {
        ...(typeof of === "object"
          ? { of: trimmed(of, useful) }
          : of !== undefined && useful.has(of)
            ? { of }
            : {}),
        ...(keys === undefined ? {} : { keys }),
      },
    ]),
  );
}

/** Where the objects of a kind live, by `apiVersion/kind`. */
export type Scopes = Readonly<Record<string, "Cluster" | "Namespaced">>;

/** Reads from a document's paths where the objects of kinds live. */
export function scopes({ paths = {} }: OpenApiDocument): Scopes {
  const found = new Map<string, "Cluster" | "Namespaced">();
  for (const [path, { get }] of Object.entries(paths)) {
    const kind = get?.["x-kubernetes-group-version-kind"];
    if (kind === undefined) continue;
    const name = typeName(kind);
    if (path.includes("namespaces/{namespace}")) found.set(name, "Namespaced");
    else if (!found.has(name)) found.set(name, "Cluster");
  }
  return Object.fromEntries([...found].sort());
}
