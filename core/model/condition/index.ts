import { Type } from "@sinclair/typebox";

/** The condition types every kind has. */
export const conditionTypes = {
  /** The object is as its spec says. */
  ready: "Ready",
  /** Work is under way. */
  reconciling: "Reconciling",
  /** No further attempt until a person acts. */
  stalled: "Stalled",
} as const;

/** One condition, as `metav1.Condition`. */
export const conditionSchema = Type.Object({
  type: Type.String(),
  status: Type.Union([Type.Literal("True"), Type.Literal("False"), Type.Literal("Unknown")]),
  reason: Type.String(),
  message: Type.String(),
  lastTransitionTime: Type.String({ format: "date-time" }),
  observedGeneration: Type.Optional(Type.Integer()),
});

/** The conditions list, merged by type. */
export const conditionsSchema = Type.Array(conditionSchema, {
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["type"],
});

/** What the status of every kind begins with. */
export const commonStatus = {
  conditions: Type.Optional(conditionsSchema),
  observedGeneration: Type.Optional(Type.Integer()),
};

/** `spec.suspended` of every kind. */
export const suspended = Type.Optional(
  Type.Boolean({ default: false, description: "Stops reconciling without deleting anything." }),
);

/**
 * Reasons that several kinds share; a kind's own stand in its folder. A reason is stable: screens and
 * tests go by it.
 */
export const reasons = {
  ready: "Ready",
  progressing: "Progressing",
  suspended: "Suspended",
  deleting: "Deleting",
  invalid: "Invalid",
  dependencyNotReady: "DependencyNotReady",
  unavailable: "Unavailable",
} as const;
