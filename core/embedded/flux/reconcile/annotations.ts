import type { KubeObject } from "@catalyst/ports/kubernetes";

/** Asks for a reconcile now; its value shows up as `status.lastHandledReconcileAt`. */
export const requestedAtAnnotation = "reconcile.fluxcd.io/requestedAt";
/** With the same value as requestedAt: releases even what is in sync. */
export const forceAtAnnotation = "reconcile.fluxcd.io/forceAt";
/** With the same value as requestedAt: forgets failures. */
export const resetAtAnnotation = "reconcile.fluxcd.io/resetAt";

/** The value of an annotation; undefined when it's missing or empty. */
export function annotationOf(object: KubeObject, name: string): string | undefined {
  return object.metadata.annotations?.[name] || undefined;
}
