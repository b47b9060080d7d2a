import type { TSchema } from "@sinclair/typebox";
import type { KindDefinition } from "./kind.ts";

/** A CustomResourceDefinition, as it is applied. */
export interface DefinitionObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
  readonly [field: string]: unknown;
}

/** Makes the CustomResourceDefinition of a kind: one version, status subresource, pruning. */
export function customResourceDefinition(kind: KindDefinition): DefinitionObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      scope: kind.namespaced ? "Namespaced" : "Cluster",
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        shortNames: [...kind.shortNames],
        categories: ["catalyst"],
      },
      versions: [
        {
          name: kind.version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.map((column) => ({ ...column })),
          schema: { openAPIV3Schema: rootSchema(kind) },
        },
      ],
    },
  };
}

function rootSchema(kind: KindDefinition): Readonly<Record<string, unknown>> {
  return {
    type: "object",
    description: kind.description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
      spec: structural(kind.spec),
      status: structural(kind.status),
    },
  };
}

/** JSON Schema keywords that Kubernetes' structural schemas share with ours, copied as they are. */
const copied = [
  "type",
  "description",
  "default",
  "enum",
  "format",
  "pattern",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "required",
  "nullable",
] as const;

/**
 * Turns a schema to a structural schema (Kubernetes' rules: a type on every node, no `const`, no unions of
 * types, `additionalProperties` as a schema). Keywords starting with `x-kubernetes-` pass through.
 */
function structural(schema: TSchema): Readonly<Record<string, unknown>> {
  const node = schema as Readonly<Record<string, unknown>>;
  const literals = literalUnion(node);
  if (literals !== undefined)
    return { ...pick(node, ["description", "default"]), type: "string", enum: literals };
  const result: Record<string, unknown> = pick(node, copied);
  for (const [key, value] of Object.entries(node)) if (key.startsWith("x-kubernetes-")) result[key] = value;
  const properties = node["properties"] as Record<string, TSchema> | undefined;
  if (properties !== undefined) {
    result["properties"] = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, structural(value)]),
    );
  }
  const patterns = node["patternProperties"] as Record<string, TSchema> | undefined;
  const values = patterns === undefined ? node["additionalProperties"] : Object.values(patterns)[0];
  if (typeof values === "object" && values !== null)
    result["additionalProperties"] = structural(values as TSchema);
  if (node["items"] !== undefined) result["items"] = structural(node["items"] as TSchema);
  return result;
}

/** The values of `anyOf: [{const}, {const}]`, which is how a union of literals is written. */
function literalUnion(node: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  if (node["const"] !== undefined) return [node["const"]];
  const branches = node["anyOf"];
  if (!Array.isArray(branches) || !branches.every((branch) => branch.const !== undefined)) return undefined;
  return branches.map((branch) => branch.const);
}

function pick(node: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => node[key] !== undefined).map((key) => [key, node[key]]));
}
