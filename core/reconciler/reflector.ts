import type { Clock } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { ClusterName, Clusters, KubeObject, ResourceType } from "@catalyst/ports/kubernetes";
import { type CachedObjects, typeKey } from "./cache.ts";

/** Told of each change after the cache holds it. `object` is the last state when it is gone. */
export type OnChange = (cluster: ClusterName, object: KubeObject, previous: KubeObject | undefined) => void;

/** How long until a broken watch is opened again, in milliseconds; doubles up to the limit. */
const firstPause = 100;
const longestPause = 30_000;

/**
 * Keeps the cache of one kind, over all clusters, equal to the servers'. After a break it compares the new
 * snapshot with what it has, so that nothing that vanished meanwhile stays.
 */
export class Reflector {
  readonly type: ResourceType;
  readonly #clusters: Clusters;
  readonly #cache: CachedObjects;
  readonly #onChange: OnChange;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Objects not yet seen in the snapshot that is being received. */
  #unseen: Map<string, { readonly cluster: ClusterName; readonly object: KubeObject }> | undefined;
  readonly synced: Promise<void>;
  #markSynced: () => void = () => undefined;

  constructor(
    type: ResourceType,
    parts: { clusters: Clusters; cache: CachedObjects; onChange: OnChange; clock: Clock; logger: Logger },
  ) {
    this.type = type;
    this.#clusters = parts.clusters;
    this.#cache = parts.cache;
    this.#onChange = parts.onChange;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let pause = firstPause;
    while (!signal.aborted) {
      try {
        this.#begin();
        for await (const event of this.#clusters.watchAll(this.type, signal)) {
          pause = firstPause;
          if (event.type === "restarted") this.#begin();
          else if (event.type === "synced") this.#end();
          else this.#take(event.type, event.cluster, event.object);
        }
      } catch (error) {
        if (!signal.aborted)
          this.#logger.warn("watch broke", { kind: typeKey(this.type), error: errorMessage(error) });
      }
      if (signal.aborted) return;
      await this.#clock.sleep(pause, signal).catch(() => undefined);
      pause = Math.min(pause * 2, longestPause);
    }
  }

  #begin(): void {
    this.#unseen = new Map();
    for (const held of this.#cache.everywhere(this.type))
      this.#unseen.set(keyOf(held.cluster, held.object), held);
  }

  #end(): void {
    for (const { cluster, object } of this.#unseen?.values() ?? []) this.#take("DELETED", cluster, object);
    this.#unseen = undefined;
    this.#markSynced();
  }

  #take(change: "ADDED" | "MODIFIED" | "DELETED", cluster: ClusterName, object: KubeObject): void {
    this.#unseen?.delete(keyOf(cluster, object));
    if (change === "DELETED") {
      const previous = this.#cache.remove(cluster, this.type, object);
      if (previous !== undefined) this.#onChange(cluster, object, previous);
      return;
    }
    const previous = this.#cache.put(cluster, this.type, object);
    const known =
      previous?.metadata.uid === object.metadata.uid &&
      previous?.metadata.resourceVersion === object.metadata.resourceVersion;
    if (!known) this.#onChange(cluster, object, previous);
  }
}

function keyOf(cluster: ClusterName, object: KubeObject): string {
  return `${cluster}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
