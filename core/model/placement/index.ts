import { type Static, Type } from "@sinclair/typebox";

/** How an Application is spread over regions. */
export const placementModes = ["single-region", "active-active", "active-hotstandby"] as const;
export type PlacementMode = (typeof placementModes)[number];

export const placementModeSchema = Type.Union([
  Type.Literal("single-region"),
  Type.Literal("active-active"),
  Type.Literal("active-hotstandby"),
]);

/** An Application's placement. */
export const placementSchema = Type.Object({
  mode: placementModeSchema,
  regions: Type.Optional(Type.Array(Type.String())),
});
export type Placement = Static<typeof placementSchema>;
