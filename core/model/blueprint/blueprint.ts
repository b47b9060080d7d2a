import { type Static, Type } from "@sinclair/typebox";
import { commonStatus } from "../condition/index.ts";
import { type CatalystObject, defineKind } from "../kind/index.ts";
import { type BlueprintSpec, blueprintSpecSchema } from "./manifest.ts";

/** One published version, by digest, with the outcome of its verification. */
export const releaseSchema = Type.Object({
  version: Type.String(),
  digest: Type.String(),
  verified: Type.Boolean(),
  reason: Type.Optional(Type.String({ description: "Why it isn't verified." })),
  signer: Type.Optional(
    Type.String({ description: "Fingerprint of the key, or the identity, that signed it." }),
  ),
  sbom: Type.Optional(Type.String({ description: "Digest of the SBOM." })),
  provenance: Type.Optional(Type.String({ description: "Digest of the provenance statement." })),
  publishedAt: Type.Optional(Type.String()),
  yanked: Type.Optional(Type.Boolean()),
});
export type BlueprintRelease = Static<typeof releaseSchema>;

/** Blueprint: installable software, as the catalog offers it. */
export const blueprintKind = defineKind({
  kind: "Blueprint",
  shortNames: ["bp"],
  namespaced: true,
  description:
    "Installable software: the newest stable release's manifest, and every release with its verification.",
  spec: blueprintSpecSchema,
  status: Type.Object({
    ...commonStatus,
    repository: Type.Optional(Type.String({ description: "Where in the registry its releases are." })),
    releases: Type.Optional(Type.Array(releaseSchema)),
  }),
  columns: [
    { name: "Title", type: "string", jsonPath: ".spec.card.title" },
    { name: "Version", type: "string", jsonPath: ".spec.version" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ],
});
export type Blueprint = CatalystObject<BlueprintSpec, Static<(typeof blueprintKind)["status"]>>;
