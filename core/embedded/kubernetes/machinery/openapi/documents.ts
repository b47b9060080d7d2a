import type { ResourceKind } from "../kind.ts";
import { kubernetesVersion } from "../schema/builtin.ts";
import { customDefinitionName, customDefinitions } from "./custom-definitions.ts";
import { collectReferenced, definitionOfKind, definitionSchema, type OpenApiVersion } from "./definitions.ts";
import { PathWriter, type SchemaReference } from "./operations.ts";

type Json = Record<string, unknown>;

const meta = "apimachinery.pkg.apis.meta.v1.";
const shared = [
  "Status",
  "DeleteOptions",
  "Patch",
  "ObjectMeta",
  "ListMeta",
  "APIResourceList",
  "WatchEvent",
].map((name) => `${meta}${name}`);

/** The OpenAPI 3 document of one group and version; `kinds` are those of that version, builtin or custom. */
export function openApiV3(groupVersion: string, kinds: readonly ResourceKind[]): Record<string, unknown> {
  const { paths, definitions } = describe(kinds, 3);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: kubernetesVersion() },
    paths,
    components: {
      schemas: definitions,
      securitySchemes: { BearerToken: { type: "apiKey", name: "authorization", in: "header" } },
    },
    "x-kubernetes-group-version": groupVersion,
  };
}

/** The one Swagger 2 document over all kinds. */
export function openApiV2(kinds: readonly ResourceKind[]): Record<string, unknown> {
  const { paths, definitions } = describe(kinds, 2);
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: kubernetesVersion() },
    paths,
    definitions,
    securityDefinitions: { BearerToken: { type: "apiKey", name: "authorization", in: "header" } },
    security: [{ BearerToken: [] }],
  };
}

function describe(
  kinds: readonly ResourceKind[],
  version: OpenApiVersion,
): { paths: Json; definitions: Json } {
  const used = new Set<string>();
  const custom = new Map<string, ResourceKind>();
  for (const kind of kinds) {
    if (kind.custom === undefined) continue;
    for (const name of [kind.kind, kind.listKind]) custom.set(`${kind.apiVersion}/${name}`, kind);
  }
  const prefix = version === 2 ? "#/definitions/" : "#/components/schemas/";
  const reference: SchemaReference = (group, groupVersion, kind) => {
    const ours = custom.get(`${group}/${groupVersion}/${kind}`);
    if (ours !== undefined) return { $ref: `${prefix}${customDefinitionName(ours, kind)}` };
    const name = definitionOfKind(group, groupVersion, kind) ?? `${meta}${kind}`;
    used.add(name);
    return { $ref: `${prefix}io.k8s.${name}` };
  };
  const writer = new PathWriter(version, reference);
  for (const kind of kinds) writer.add(kind);
  const names = new Set<string>();
  for (const name of [...used, ...shared]) collectReferenced(name, names);
  const builtin = [...names]
    .sort()
    .map((name) => [`io.k8s.${name}`, definitionSchema(name, version)] as const);
  const customs = kinds.flatMap((kind) => customDefinitions(kind, version));
  return { paths: writer.paths, definitions: Object.fromEntries([...customs, ...builtin]) };
}
