import { type Static, Type } from "@sinclair/typebox";
import { commonStatus, suspended } from "../condition/index.ts";
import { type CatalystObject, defineKind } from "../kind/index.ts";
import { placementSchema } from "../placement/index.ts";
import { noticeSchema, phaseSchema, whySchema } from "./phase.ts";

/** The pin of a Blueprint: the digest is what was verified, the version is for people. */
export const blueprintPinSchema = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    digest: Type.String({ pattern: "^sha256:[0-9a-f]{64}$" }),
  },
  { additionalProperties: false },
);
export type BlueprintPin = Static<typeof blueprintPinSchema>;

export const applicationSpecSchema = Type.Object(
  {
    blueprint: blueprintPinSchema,
    size: Type.Optional(Type.String({ description: "A sizing overlay the Blueprint declares." })),
    config: Type.Optional(
      Type.Object(
        {},
        {
          description:
            "Validated against the Blueprint's configSchema; where it has none, values of the chart.",
          "x-kubernetes-preserve-unknown-fields": true,
        },
      ),
    ),
    secrets: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
        description:
          "Password fields of config, by path, whose value is in the secret store: in which version. secrets.yaml says where.",
      }),
    ),
    placement: Type.Optional(placementSchema),
    bindings: Type.Optional(
      Type.Record(Type.String(), Type.Object({ application: Type.String() }), {
        description: "Dependencies, by alias, met by Applications of the same Environment.",
      }),
    ),
    suspended,
  },
  { additionalProperties: false },
);
export type ApplicationSpec = Omit<Static<typeof applicationSpecSchema>, "config"> & {
  readonly config?: Readonly<Record<string, unknown>>;
};

/** Application: a Blueprint installed in an Environment. */
export const applicationKind = defineKind({
  kind: "Application",
  shortNames: ["app"],
  namespaced: true,
  description: "A Blueprint installed in an Environment, in the version and with the configuration given.",
  spec: applicationSpecSchema,
  status: Type.Object({
    ...commonStatus,
    phase: Type.Optional(phaseSchema),
    why: Type.Optional(whySchema),
    notice: Type.Optional(noticeSchema),
    simulated: Type.Optional(Type.Boolean({ description: "Nothing really runs: the node only simulates." })),
    endpoints: Type.Optional(Type.Array(Type.Object({ url: Type.String() }))),
    pods: Type.Optional(Type.Object({ ready: Type.Integer(), wanted: Type.Integer() })),
    applied: Type.Optional(Type.Object({ version: Type.String(), digest: Type.String() })),
    dependents: Type.Optional(Type.Array(Type.String())),
  }),
  columns: [
    { name: "Blueprint", type: "string", jsonPath: ".spec.blueprint.name" },
    { name: "Version", type: "string", jsonPath: ".spec.blueprint.version" },
    { name: "Phase", type: "string", jsonPath: ".status.phase" },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    { name: "Why", type: "string", jsonPath: ".status.why.sentence", priority: 1 },
  ],
});
export type Application = CatalystObject<ApplicationSpec, Static<(typeof applicationKind)["status"]>>;
