import { jsonEqual } from "@catalyst/base/json";
import {
  type ClusterClient,
  isKubernetesError,
  type KubeObject,
  type ResourceType,
} from "@catalyst/ports/kubernetes";

/** Counts that are written also when they are 0: upstream's are pointers, whose absence means "not counted". */
const saysZero: ReadonlySet<string> = new Set([
  "collisionCount",
  "ready",
  "terminating",
  "terminatingReplicas",
]);

/**
 * Writes a whole status when it differs from the one that was read, and gives the object as it then is. Counts of
 * 0 and empty lists are left out, as upstream.
 */
export async function replaceStatus<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  object: T,
  status: Readonly<Record<string, unknown>>,
): Promise<T> {
  if (!differs(object.status, status)) return object;
  try {
    return await client.updateStatus(type, { ...object, status: said(status) });
  } catch (error) {
    // What is gone has no status to keep.
    if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    return object;
  }
}

/** Tells whether a status says something else than another. */
export function differs(before: unknown, after: Readonly<Record<string, unknown>>): boolean {
  return !jsonEqual(said((before ?? {}) as Readonly<Record<string, unknown>>), said(after));
}

function said(status: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(status).filter(([name, value]) => value !== undefined && !isUnsaid(name, value)),
  );
}

function isUnsaid(name: string, value: unknown): boolean {
  return (value === 0 && !saysZero.has(name)) || (Array.isArray(value) && value.length === 0);
}
