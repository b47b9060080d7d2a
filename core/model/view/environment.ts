import { type Static, Type } from "@sinclair/typebox";
import { conditionSchema } from "../condition/index.ts";
import { environmentPlacementSchema, environmentTypeSchema } from "../environment/index.ts";
import { memberSchema } from "../role/index.ts";
import { commitViewSchema } from "./application.ts";

export const organizationViewSchema = Type.Object({
  name: Type.String(),
  displayName: Type.String(),
  ready: Type.Boolean(),
  members: Type.Array(memberSchema),
  environments: Type.Array(Type.String()),
  conditions: Type.Array(conditionSchema),
  createdAt: Type.String({ format: "date-time" }),
  version: Type.String(),
});
export type OrganizationView = Static<typeof organizationViewSchema>;

export const environmentViewSchema = Type.Object({
  name: Type.String(),
  organization: Type.String(),
  type: environmentTypeSchema,
  displayName: Type.String(),
  ready: Type.Boolean(),
  message: Type.Optional(Type.String({ description: "What it waits for, when it isn't ready." })),
  repositoryUrl: Type.Optional(Type.String({ description: "Clone and push here." })),
  revision: Type.Optional(Type.String({ description: "The commit that runs." })),
  applications: Type.Object({ total: Type.Integer(), running: Type.Integer(), failed: Type.Integer() }),
  placement: Type.Optional(environmentPlacementSchema),
  conditions: Type.Array(conditionSchema),
  createdAt: Type.String({ format: "date-time" }),
  version: Type.String(),
});
export type EnvironmentView = Static<typeof environmentViewSchema>;

/** One line of an Environment's activity or of the audit view: who did what, from where, with what outcome. */
export const activityViewSchema = Type.Object({
  id: Type.String(),
  time: Type.String({ format: "date-time" }),
  organization: Type.Optional(Type.String()),
  environment: Type.Optional(Type.String()),
  application: Type.Optional(Type.String()),
  user: Type.String(),
  action: Type.String(),
  message: Type.String(),
  outcome: Type.String({ enum: ["done", "refused", "failed"] }),
  surface: Type.String({ enum: ["api", "git", "system"] }),
  commit: Type.Optional(commitViewSchema),
});
export type ActivityView = Static<typeof activityViewSchema>;
