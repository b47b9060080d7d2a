import { jsonEqual } from "@catalyst/base/json";
import type { ClusterClient, KubeObject, ResourceType } from "@catalyst/ports/kubernetes";

/** Writes a whole status when it differs from the one that was read; zero counts are left out, as upstream. */
export async function replaceStatus<T extends KubeObject>(
  client: ClusterClient,
  type: ResourceType<T>,
  object: T,
  status: Readonly<Record<string, unknown>>,
): Promise<void> {
  const wanted = Object.fromEntries(
    Object.entries(status).filter(([, value]) => value !== undefined && !isEmpty(value)),
  );
  if (jsonEqual(object.status ?? {}, wanted)) return;
  await client.updateStatus(type, { ...object, status: wanted });
}

function isEmpty(value: unknown): boolean {
  return value === 0 || (Array.isArray(value) && value.length === 0);
}
