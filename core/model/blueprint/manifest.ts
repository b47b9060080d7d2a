import { type Static, Type } from "@sinclair/typebox";
import { placementModeSchema } from "../placement/index.ts";

const openObject = (description: string) =>
  Type.Object({}, { description, additionalProperties: true, "x-kubernetes-preserve-unknown-fields": true });

export const cardSchema = Type.Object({
  title: Type.String({ minLength: 1, maxLength: 60 }),
  tagline: Type.Optional(Type.String({ maxLength: 140, description: "One sentence below the title." })),
  category: Type.Optional(Type.String()),
  tags: Type.Optional(Type.Array(Type.String())),
  icon: Type.Optional(Type.String({ description: "File below card/; icon.svg unless given." })),
  screenshots: Type.Optional(Type.Array(Type.String())),
  license: Type.Optional(Type.String({ description: "SPDX expression of the software installed." })),
  documentation: Type.Optional(Type.String({ format: "uri" })),
});

export const dependencySchema = Type.Object({
  blueprint: Type.String(),
  version: Type.String({ description: "A version range: ^1.4, >=1.2 <2." }),
  alias: Type.Optional(
    Type.String({
      description: "How config and values call it; the Blueprint's name without bp- unless given.",
    }),
  ),
  when: Type.Optional(Type.String({ description: "CEL over `config`; absent: always." })),
  values: Type.Optional(openObject("Configuration of the dependency when it is created along.")),
});
export type Dependency = Static<typeof dependencySchema>;

/** How one key of the connection Secret comes about. */
export const connectionKeySchema = Type.Object({
  key: Type.String(),
  value: Type.Optional(
    Type.String({
      description: "Text in which ${application}, ${namespace} and ${config.<field>} are replaced.",
    }),
  ),
  generate: Type.Optional(
    Type.Object(
      { length: Type.Integer({ minimum: 12, maximum: 128, default: 24 }) },
      { description: "A random password, made once and kept over upgrades." },
    ),
  ),
  secret: Type.Optional(
    Type.String({
      description:
        "A password field of config: its value goes before value and generate once somebody gave one.",
    }),
  ),
});

export type ConnectionKey = Static<typeof connectionKeySchema>;

/** One entry of the mapping from config to chart values: exactly one source. */
export const valueMappingSchema = Type.Object({
  path: Type.String({ description: "Where in the chart's values: ingress.host" }),
  config: Type.Optional(Type.String({ description: "A field of config: site.title" })),
  value: Type.Optional(
    Type.Unknown({ description: "A constant.", "x-kubernetes-preserve-unknown-fields": true }),
  ),
  secret: Type.Optional(
    Type.String({
      description:
        "A password field of config, of which the chart is told where its value is; absent until given.",
    }),
  ),
  take: Type.Optional(
    Type.Union([Type.Literal("name"), Type.Literal("key"), Type.Literal("version")], {
      description:
        "With secret: the Secret's name, the key in it, or the value's version, to restart Pods by.",
      default: "name",
    }),
  ),
  platform: Type.Optional(
    Type.String({
      description: "A fact of the platform: host, url, registry, application, environment, organization.",
    }),
  ),
});

/** `spec` of blueprint.yaml. */
export const blueprintSpecSchema = Type.Object({
  version: Type.String({ description: "Semantic version, in lockstep with Chart.yaml." }),
  card: cardSchema,
  visibility: Type.Optional(
    Type.Union([Type.Literal("listed"), Type.Literal("unlisted"), Type.Literal("private")], {
      default: "listed",
    }),
  ),
  owner: Type.Optional(
    Type.Object({ team: Type.Optional(Type.String()), contact: Type.Optional(Type.String()) }),
  ),
  configSchema: Type.Optional(
    openObject("JSON Schema 2020-12 of an Application's config; absent: config is the chart's values."),
  ),
  placement: Type.Optional(
    Type.Object({
      modes: Type.Array(placementModeSchema, {
        description: "None: it is part of a cluster's bootstrap kit, and can't be an Application.",
      }),
      default: Type.Optional(placementModeSchema),
      minRegions: Type.Optional(Type.Integer()),
      maxRegions: Type.Optional(Type.Integer()),
    }),
  ),
  depends: Type.Optional(Type.Array(dependencySchema)),
  sizes: Type.Optional(
    Type.Record(Type.String(), openObject("Chart values of this size."), {
      description: "Sizing overlays by name.",
    }),
  ),
  defaultSize: Type.Optional(Type.String()),
  values: Type.Optional(
    Type.Array(valueMappingSchema, { description: "Mapping from config to chart values." }),
  ),
  connection: Type.Optional(
    Type.Object(
      { keys: Type.Array(connectionKeySchema) },
      { description: "The Secret exposed to dependents and to its own chart." },
    ),
  ),
  outputs: Type.Optional(openObject("What others may read of it, by name.")),
  upgrades: Type.Optional(
    Type.Object({
      from: Type.Optional(
        Type.Array(Type.String(), {
          description: "Ranges of versions it upgrades from; every older one unless given.",
        }),
      ),
      blocks: Type.Optional(
        Type.Array(Type.String(), { description: "Ranges of versions it doesn't upgrade from." }),
      ),
      migrations: Type.Optional(
        Type.Array(
          Type.Object({
            to: Type.String({ description: "The version that migrated the data." }),
            reversible: Type.Boolean({
              description: "Whether the version before can still read them; going back is refused otherwise.",
            }),
            description: Type.Optional(
              Type.String({ description: 'What was done, as part of a sentence: "pages were merged".' }),
            ),
          }),
        ),
      ),
    }),
  ),
  rotation: Type.Optional(
    Type.Array(Type.Object({ kind: Type.String(), name: Type.String(), ttl: Type.Optional(Type.String()) })),
  ),
  observability: Type.Optional(
    Type.Object({
      metrics: Type.Optional(Type.Boolean()),
      logs: Type.Optional(Type.Boolean()),
      traces: Type.Optional(Type.Boolean()),
    }),
  ),
  health: Type.Optional(
    Type.Object({
      path: Type.Optional(Type.String()),
      checks: Type.Optional(Type.Array(openObject("A check."))),
    }),
  ),
  manifests: Type.Optional(
    Type.Object({
      chart: Type.Optional(Type.String({ default: "./chart" })),
      kustomize: Type.Optional(Type.String()),
    }),
  ),
});
export type BlueprintSpec = Omit<Static<typeof blueprintSpecSchema>, "configSchema"> & {
  readonly configSchema?: Readonly<Record<string, unknown>>;
};

/** Tells whether it can be an Application: what may be placed nowhere is part of a cluster's bootstrap kit. */
export function isPlaceable({ placement }: Pick<BlueprintSpec, "placement">): boolean {
  return placement === undefined || placement.modes.length > 0;
}

/** A whole blueprint.yaml. */
export interface BlueprintManifest {
  readonly apiVersion: string;
  readonly kind: "Blueprint";
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: BlueprintSpec;
}
