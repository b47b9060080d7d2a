import { CatalystError } from "@catalyst/base/errors";
import type { Row, Store } from "@catalyst/embedded-store";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { deepFreeze, type Entry, keyFor } from "./entry.ts";
import type { ClusterRecord } from "./storage.ts";

interface LoadedObject {
  readonly cluster: string;
  readonly resource: string;
  readonly entry: Entry;
}

/** Rows read at a time, so that neither thread stands still for long. */
const pageSize = 500;

/** Reads the revision and the clusters, and the objects page by page. Throws `store-damaged`. */
export async function loadAll(store: Store): Promise<{
  readonly revision: number;
  readonly clusters: readonly ClusterRecord[];
  readonly objects: AsyncIterable<LoadedObject>;
}> {
  const [row] = await store.read("SELECT revision FROM kubernetes_revision");
  const clusters = await store.read("SELECT * FROM kubernetes_clusters ORDER BY rowid");
  return {
    revision: Number(row?.["revision"]),
    clusters: clusters.map((cluster) => ({
      name: String(cluster["name"]),
      uid: String(cluster["uid"]),
      createdAt: String(cluster["created_at"]),
      signingKey: String(cluster["signing_key"]),
    })),
    objects: loadObjects(store),
  };
}

async function* loadObjects(store: Store): AsyncIterable<LoadedObject> {
  let last = 0;
  while (true) {
    const rows = await store.read(
      `SELECT id, cluster, resource, revision, object, checksum = row_checksum(id, revision, object) AS intact
       FROM kubernetes_objects WHERE id > ? ORDER BY id LIMIT ${pageSize}`,
      [last],
    );
    for (const row of rows) yield loaded(store, row);
    if (rows.length < pageSize) return;
    last = Number(rows.at(-1)!["id"]);
  }
}

function loaded(store: Store, row: Row): LoadedObject {
  const cluster = String(row["cluster"]);
  const resource = String(row["resource"]);
  const id = Number(row["id"]);
  if (row["intact"] !== 1) {
    throw new CatalystError("store-damaged", `object ${id} (${resource} of ${cluster}) was altered`, {
      place: { file: `${store.dir}/store.db` },
      hint: "Restore the data folder from a backup, or move it away to start empty.",
    });
  }
  const object = deepFreeze(JSON.parse(String(row["object"])) as KubeObject);
  const { namespace, name } = object.metadata;
  return {
    cluster,
    resource,
    entry: { id, key: keyFor(namespace, name), object, revision: Number(row["revision"]) },
  };
}
