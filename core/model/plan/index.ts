import { type Static, Type } from "@sinclair/typebox";
import { placementSchema } from "../placement/index.ts";
import { problemSchema } from "../problem/index.ts";

const literals = <T extends string>(...values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

/** What happens to a thing: an Application, a file, an object. */
export const planActionSchema = literals("add", "change", "remove");
export type PlanAction = "add" | "change" | "remove";

const versionSchema = Type.Object({ name: Type.String(), version: Type.String(), digest: Type.String() });

/** One field of a document that differs; secret values are shown as `(secret)`. */
export const fieldChangeSchema = Type.Object({
  field: Type.String(),
  before: Type.Optional(Type.Unknown()),
  after: Type.Optional(Type.Unknown()),
});

export const plannedApplicationSchema = Type.Object({
  name: Type.String(),
  action: planActionSchema,
  blueprint: Type.Optional(versionSchema),
  previous: Type.Optional(versionSchema),
  requestedBy: Type.Optional(Type.String({ description: "The Application it comes along with." })),
  fields: Type.Array(fieldChangeSchema),
});

/** One dependency and why it is met this way. */
export const plannedDependencySchema = Type.Object({
  application: Type.String(),
  alias: Type.String(),
  blueprint: Type.String(),
  version: Type.String(),
  provider: Type.String({ description: "The Application that meets it." }),
  created: Type.Boolean({ description: "False: an Application that exists already." }),
  reason: Type.String(),
});

export const plannedObjectSchema = Type.Object({
  application: Type.String(),
  action: planActionSchema,
  apiVersion: Type.String(),
  kind: Type.String(),
  namespace: Type.Optional(Type.String()),
  name: Type.String(),
  fields: Type.Array(fieldChangeSchema, {
    description: "The fields that differ, when it changes; secret values masked.",
  }),
  diff: Type.String({ description: "Unified diff of the YAML; secret values masked." }),
});

export const plannedFileSchema = Type.Object({
  path: Type.String(),
  action: planActionSchema,
  diff: Type.String(),
});

export const preflightCheckSchema = Type.Object({
  name: Type.String(),
  status: Type.String({ enum: ["ok", "warning", "failed"] }),
  message: Type.String(),
});

/**
 * What a change of an Environment will do. The same document feeds the screen, the API, and the message of
 * a push. A plan with problems can't be carried out.
 */
export const planSchema = Type.Object({
  id: Type.String({ description: "Digest of everything the plan depends on; a commit may name it." }),
  environment: Type.Optional(Type.String({ description: "Absent: the change is of the system repository." })),
  base: Type.Optional(Type.String({ description: "The commit it was computed against." })),
  applications: Type.Array(plannedApplicationSchema),
  dependencies: Type.Array(plannedDependencySchema),
  files: Type.Array(plannedFileSchema),
  objects: Type.Array(plannedObjectSchema),
  preflight: Type.Array(preflightCheckSchema),
  policy: Type.Object({
    verdict: Type.String({ enum: ["allowed", "refused"] }),
    rules: Type.Array(
      Type.Object({ rule: Type.String(), satisfied: Type.Boolean(), message: Type.String() }),
    ),
  }),
  warnings: Type.Array(Type.String()),
  problems: Type.Array(problemSchema),
});
export type Plan = Static<typeof planSchema>;
export type PlannedApplication = Static<typeof plannedApplicationSchema>;
export type PlannedDependency = Static<typeof plannedDependencySchema>;
export type PlannedObject = Static<typeof plannedObjectSchema>;
export type PlannedFile = Static<typeof plannedFileSchema>;
export type PreflightCheck = Static<typeof preflightCheckSchema>;

/** One wish of a person: an Application to have, to change or to lose. */
export const applicationChangeSchema = Type.Object({
  name: Type.String(),
  remove: Type.Optional(Type.Boolean()),
  blueprint: Type.Optional(
    Type.Object({
      name: Type.String(),
      version: Type.Optional(Type.String({ description: "Newest verified stable unless given." })),
    }),
  ),
  size: Type.Optional(Type.String()),
  config: Type.Optional(Type.Object({}, { additionalProperties: true })),
  secrets: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]), {
      description:
        "Password fields of config by path: the version that setting the value answered; null takes it away. Others stay.",
    }),
  ),
  placement: Type.Optional(placementSchema),
  bindings: Type.Optional(
    Type.Record(Type.String(), Type.Object({ application: Type.String() }), {
      description: "Use an existing Application for a dependency, by alias.",
    }),
  ),
  suspended: Type.Optional(Type.Boolean()),
});
export type ApplicationChange = Static<typeof applicationChangeSchema>;
