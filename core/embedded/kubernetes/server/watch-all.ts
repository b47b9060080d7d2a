import type { ClusterEvent, KubeObject, ResourceType } from "@catalyst/ports/kubernetes";
import { apiVersionOf } from "@catalyst/ports/kubernetes";
import { inVersion } from "../cluster/form.ts";
import { resourceKey } from "../cluster/kinds.ts";
import type { Change } from "../storage/change.ts";
import type { Storage } from "../storage/storage.ts";

/** Events a reader may fall behind before it gets a new snapshot instead. */
const backlogLimit = 50_000;

/**
 * One watch of a resource over all clusters, now and to come: a snapshot, `synced`, then every change. A
 * reader that falls too far behind gets `restarted` and a new snapshot. Ends when the signal aborts.
 */
export async function* watchAll(
  storage: Storage,
  type: ResourceType,
  signal: AbortSignal,
): AsyncGenerator<ClusterEvent<KubeObject>> {
  const resource = resourceKey(type);
  const apiVersion = apiVersionOf(type);
  const view: View = (object) => inVersion(object, apiVersion);
  let wake: () => void = () => undefined;
  let waiting: Change[] | undefined = [];
  const stop = storage.listenEverywhere(resource, (change) => {
    if (waiting !== undefined && waiting.push(change) > backlogLimit) waiting = undefined;
    wake();
  });
  const abort = () => wake();
  signal.addEventListener("abort", abort, { once: true });
  try {
    yield* snapshot(storage, resource, view);
    while (!signal.aborted) {
      if (waiting === undefined) {
        waiting = [];
        yield { type: "restarted" };
        yield* snapshot(storage, resource, view);
      } else if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        const changes: readonly Change[] = waiting;
        waiting = [];
        for (const change of changes) yield eventOf(change, view);
      }
    }
  } finally {
    stop();
    signal.removeEventListener("abort", abort);
  }
}

type View = (object: KubeObject) => KubeObject;

/** Taken at once, so that together with the changes collected from then on nothing is missing or doubled. */
function snapshot(storage: Storage, resource: string, view: View): ClusterEvent<KubeObject>[] {
  const events: ClusterEvent<KubeObject>[] = [...storage.clusters.keys()].flatMap((cluster) =>
    storage
      .collectionsOf(cluster)
      .filter((collection) => collection.resource === resource)
      .flatMap((collection) => collection.list())
      .map((entry) => ({ type: "ADDED" as const, cluster, object: view(entry.object) })),
  );
  return [...events, { type: "synced" }];
}

function eventOf(change: Change, view: View): ClusterEvent<KubeObject> {
  const type = change.deleted ? "DELETED" : change.previous === undefined ? "ADDED" : "MODIFIED";
  return { type, cluster: change.collection.cluster, object: view(change.entry.object) };
}
