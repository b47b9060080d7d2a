import { type Static, Type } from "@sinclair/typebox";
import { blueprintPinSchema, noticeSchema, phaseSchema, whySchema } from "../application/index.ts";
import { conditionSchema } from "../condition/index.ts";
import { placementSchema } from "../placement/index.ts";

/** A commit as screens show it. */
export const commitViewSchema = Type.Object({
  id: Type.String(),
  message: Type.String(),
  author: Type.String(),
  email: Type.Optional(Type.String()),
  date: Type.String({ format: "date-time" }),
});
export type CommitView = Static<typeof commitViewSchema>;

/** An Application as every reader sees it. */
export const applicationViewSchema = Type.Object({
  name: Type.String(),
  environment: Type.String(),
  organization: Type.String(),
  phase: phaseSchema,
  simulated: Type.Boolean({ description: "Nothing really runs: the node only simulates." }),
  why: Type.Optional(whySchema),
  notice: Type.Optional(noticeSchema),
  blueprint: blueprintPinSchema,
  applied: Type.Optional(Type.Object({ version: Type.String(), digest: Type.String() })),
  size: Type.Optional(Type.String()),
  config: Type.Object({}, { additionalProperties: true }),
  secrets: Type.Optional(
    Type.Record(Type.String(), Type.Integer(), {
      description: "Password fields with a value, by path: its version, never the value.",
    }),
  ),
  placement: Type.Optional(placementSchema),
  bindings: Type.Record(Type.String(), Type.Object({ application: Type.String() })),
  suspended: Type.Boolean(),
  requestedBy: Type.Optional(Type.String({ description: "The Application it came along with." })),
  dependents: Type.Array(Type.String()),
  endpoints: Type.Array(Type.Object({ url: Type.String() })),
  pods: Type.Object({ ready: Type.Integer(), wanted: Type.Integer() }),
  conditions: Type.Array(conditionSchema),
  commit: Type.Optional(
    Type.Object(commitViewSchema.properties, {
      description:
        "The newest that touched it: what it shall be is shown as of this one. Its id is the ETag.",
    }),
  ),
  createdAt: Type.String({ format: "date-time" }),
  version: Type.String({
    description: "Changes with the document in Git and with the object in the cluster.",
  }),
});
export type ApplicationView = Static<typeof applicationViewSchema>;

/** Something that happened to an Application's objects. */
export const eventViewSchema = Type.Object({
  id: Type.String(),
  time: Type.String({ format: "date-time" }),
  type: Type.String({ enum: ["Normal", "Warning"] }),
  reason: Type.String(),
  message: Type.String(),
  object: Type.Object({ kind: Type.String(), namespace: Type.Optional(Type.String()), name: Type.String() }),
  count: Type.Integer(),
});
export type EventView = Static<typeof eventViewSchema>;

/** A Pod of an Application. */
export const podViewSchema = Type.Object({
  name: Type.String(),
  containers: Type.Array(Type.String()),
  phase: Type.String(),
  ready: Type.Boolean(),
  restarts: Type.Integer(),
  simulated: Type.Boolean(),
});
export type PodView = Static<typeof podViewSchema>;
