import { Type } from "@sinclair/typebox";
import { commonStatus, suspended } from "../condition/index.ts";
import { defineKind, type ObjectOf } from "../kind/index.ts";
import { memberSchema } from "../role/index.ts";

/** Organization: the unit of tenancy; users, Environments, private Blueprints, billing. */
export const organizationKind = defineKind({
  kind: "Organization",
  shortNames: ["org"],
  namespaced: false,
  description: "Users, Environments, private Blueprints and billing of one customer of the Sovereign.",
  spec: Type.Object({
    displayName: Type.Optional(Type.String({ maxLength: 100, description: "Shown instead of the name." })),
    contact: Type.Optional(
      Type.Object({
        name: Type.Optional(Type.String()),
        email: Type.Optional(Type.String({ format: "email" })),
      }),
    ),
    plan: Type.Optional(Type.String({ description: "The billing plan." })),
    members: Type.Optional(
      Type.Array(memberSchema, { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["user"] }),
    ),
    suspended,
  }),
  status: Type.Object({
    ...commonStatus,
    environments: Type.Optional(Type.Integer({ description: "How many Environments it has." })),
  }),
  columns: [
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Environments", type: "integer", jsonPath: ".status.environments" },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
});
export type Organization = ObjectOf<typeof organizationKind>;
