import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { jsonEqual } from "@catalyst/base/json";
import type { ClusterClient, Condition, KubeObject, ResourceType } from "@catalyst/ports/kubernetes";

/** A condition without its times. */
export type ConditionContent = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The new status of an object: conditions replaced by type, other fields replaced by name. */
export interface StatusContent {
  readonly conditions: readonly ConditionContent[];
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Replaces conditions by type and keeps the others. The transition time moves only when the status does.
 */
export function mergeConditions(
  existing: readonly Condition[] | undefined,
  wanted: readonly ConditionContent[],
  generation: number | undefined,
  clock: Clock,
): readonly Condition[] {
  const merged = new Map((existing ?? []).map((condition) => [condition.type, condition]));
  for (const content of wanted) {
    const before = merged.get(content.type);
    const lastTransitionTime =
      before?.status === content.status ? before.lastTransitionTime : rfc3339(clock.now());
    merged.set(content.type, {
      ...content,
      lastTransitionTime,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    });
  }
  return [...merged.values()];
}

/**
 * Writes an object's status when something of it changed, and says whether it did. Fields that are absent
 * from `fields` but present in the status are removed, unless they are conditions or observedGeneration.
 * Only the version that was read is written over.
 */
export async function writeStatus<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  object: T,
  content: StatusContent,
  clock: Clock,
): Promise<boolean> {
  const before = (object.status ?? {}) as { readonly conditions?: readonly Condition[] };
  const { generation } = object.metadata;
  const conditions = mergeConditions(before.conditions, content.conditions, generation, clock);
  const status = {
    ...content.fields,
    conditions,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  if (jsonEqual(before, status)) return false;
  await client.updateStatus(type, { ...object, status });
  return true;
}

/** Sets the finalizers of the version that was read. */
export async function setFinalizers<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  object: T,
  finalizers: readonly string[],
): Promise<void> {
  const { name, namespace, resourceVersion } = object.metadata;
  await client.mergePatch(type, { name, namespace }, { metadata: { resourceVersion, finalizers } });
}
