import { Type } from "@sinclair/typebox";
import { commonStatus, suspended } from "../condition/index.ts";
import { defineKind, type ObjectOf } from "../kind/index.ts";

/** Sovereign: one deployed Catalyst. */
export const sovereignKind = defineKind({
  kind: "Sovereign",
  shortNames: ["sov"],
  namespaced: false,
  description: "One deployed Catalyst; depends on no other at run time.",
  spec: Type.Object({
    domain: Type.String({ description: "The domain its Applications and screens are below." }),
    domainMode: Type.Optional(
      Type.Union([Type.Literal("pool"), Type.Literal("byo-manual"), Type.Literal("byo-api")]),
    ),
    regions: Type.Optional(Type.Array(Type.String())),
    identity: Type.Optional(Type.Union([Type.Literal("per-organization"), Type.Literal("shared-sovereign")])),
    suspended,
  }),
  status: Type.Object({ ...commonStatus, version: Type.Optional(Type.String()) }),
  columns: [
    { name: "Domain", type: "string", jsonPath: ".spec.domain" },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
});
export type Sovereign = ObjectOf<typeof sovereignKind>;
