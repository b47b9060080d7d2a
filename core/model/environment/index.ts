import { Type } from "@sinclair/typebox";
import { commonStatus, suspended } from "../condition/index.ts";
import { defineKind, type ObjectOf } from "../kind/index.ts";

export const environmentTypeSchema = Type.Union([
  Type.Literal("prod"),
  Type.Literal("stg"),
  Type.Literal("uat"),
  Type.Literal("dev"),
  Type.Literal("poc"),
]);

/** Where an Environment's virtual clusters are. */
export const environmentPlacementSchema = Type.Object({
  regions: Type.Optional(Type.Array(Type.String())),
  buildingBlocks: Type.Optional(Type.Array(Type.String())),
});

/** Environment: one Git repository and at least one virtual cluster. */
export const environmentKind = defineKind({
  kind: "Environment",
  shortNames: ["env"],
  namespaced: true,
  description: "A place Applications run in: one Git repository and one or more virtual clusters.",
  spec: Type.Object({
    organization: Type.String({ description: "The Organization it belongs to." }),
    envType: environmentTypeSchema,
    displayName: Type.Optional(Type.String({ maxLength: 100 })),
    placement: Type.Optional(environmentPlacementSchema),
    suspended,
  }),
  status: Type.Object({
    ...commonStatus,
    repositoryUrl: Type.Optional(Type.String()),
    clusters: Type.Optional(Type.Array(Type.String(), { description: "Its virtual clusters." })),
    revision: Type.Optional(Type.String({ description: "The commit Flux applied last." })),
    applications: Type.Optional(Type.Object({ total: Type.Integer(), ready: Type.Integer() })),
  }),
  columns: [
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Type", type: "string", jsonPath: ".spec.envType" },
    { name: "Applications", type: "integer", jsonPath: ".status.applications.total" },
    { name: "Revision", type: "string", jsonPath: ".status.revision", priority: 1 },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
});
export type Environment = ObjectOf<typeof environmentKind>;
