import { type Static, Type } from "@sinclair/typebox";
import { cardSchema, dependencySchema, releaseSchema } from "../blueprint/index.ts";

/** A Blueprint as the catalog shows it. */
export const blueprintViewSchema = Type.Object({
  name: Type.String(),
  organization: Type.Optional(
    Type.String({ description: "The Organization whose private Blueprint it is." }),
  ),
  card: cardSchema,
  visibility: Type.String({ enum: ["listed", "unlisted", "private"] }),
  version: Type.String({ description: "The newest installable release; with none, the newest of all." }),
  installable: Type.Boolean(),
  reason: Type.Optional(Type.String({ description: "Why it can't be installed." })),
  releases: Type.Array(releaseSchema),
  configSchema: Type.Object({}, { additionalProperties: true }),
  configIsValues: Type.Boolean({
    description: "It has no config schema: config is the chart's values, and its form is made of those.",
  }),
  sizes: Type.Array(Type.String()),
  defaultSize: Type.Optional(Type.String()),
  depends: Type.Array(dependencySchema),
  placementModes: Type.Array(Type.String()),
  /** URLs below /v1. */
  icon: Type.Optional(Type.String()),
  description: Type.Optional(Type.String({ description: "Markdown." })),
  readme: Type.Optional(Type.String({ description: "Markdown." })),
});
export type BlueprintView = Static<typeof blueprintViewSchema>;
