import type { Cluster } from "../cluster/cluster.ts";
import type { Parts } from "../server/parts.ts";
import { keyFor } from "../storage/entry.ts";
import type { Quota } from "./scopes.ts";

/** Where ResourceQuotas are stored. */
export const quotaResource = "/resourcequotas";

const quotaKind = { group: "", plural: "resourcequotas", namespaced: true };

/**
 * Changes the quotas of a namespace together: one such change at a time, so that two writes never take the same rest.
 * `change` gives those that differ; when it throws, none does.
 */
export async function withQuotas(
  { storage }: Pick<Parts, "storage">,
  cluster: Cluster,
  namespace: string,
  change: (quotas: readonly Quota[]) => readonly Quota[],
): Promise<void> {
  const collection = cluster.collection(quotaKind);
  // The lock of the whole namespace: no object has that key.
  await collection.exclusively(keyFor(namespace, ""), async () => {
    const present = collection.list(namespace);
    for (const quota of change(present.map((entry) => entry.object as Quota))) {
      const key = keyFor(namespace, quota.metadata.name);
      await collection.exclusively(key, async () => {
        const previous = collection.get(key);
        if (previous === undefined || previous.object.metadata.uid !== quota.metadata.uid) return;
        const object = { ...previous.object, status: quota.status };
        await storage.write([{ collection, key, object, previous }]);
      });
    }
  });
}
