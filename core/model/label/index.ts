export * from "./simulation.ts";

/** Labels on everything Catalyst installs (resources.md, "Labels on everything installed"). */
export const labels = {
  name: "app.kubernetes.io/name",
  release: "app.kubernetes.io/instance",
  version: "app.kubernetes.io/version",
  component: "app.kubernetes.io/component",
  partOf: "app.kubernetes.io/part-of",
  managedBy: "app.kubernetes.io/managed-by",
  sovereign: "openova.io/sovereign",
  organization: "openova.io/organization",
  environment: "openova.io/environment",
  application: "openova.io/application",
  blueprint: "openova.io/blueprint",
  blueprintVersion: "openova.io/blueprint-version",
  /** On an Application that came along: the Application that asked for it. */
  requestedBy: "catalyst.openova.io/requested-by",
} as const;

/** Annotations Catalyst reads or writes. */
export const annotations = {
  /** The user a change is made for, on objects made by Git commits. */
  author: "catalyst.openova.io/author",
  /** The commit an Application object comes from. */
  commit: "catalyst.openova.io/commit",
  /** Asks Flux for a reconcile now. */
  reconcileRequestedAt: "reconcile.fluxcd.io/requestedAt",
  forceAt: "reconcile.fluxcd.io/forceAt",
  resetAt: "reconcile.fluxcd.io/resetAt",
} as const;

/** The finalizer by which Catalyst's controllers clean up. */
export const finalizer = "catalyst.openova.io/cleanup";

/** The node label that says Pods here only pretend to run. */
export const simulatedNodeLabel = "catalyst.openova.io/runtime";
