import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { errorMessage } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Logger } from "@catalyst/base/logger";
import type { CatalystEvent, EventSpine } from "@catalyst/ports/events";
import { subjectOf } from "@catalyst/ports/events";
import {
  type ClusterName,
  type Clusters,
  type KubeObject,
  namespaces,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { type ObjectChange, objectId } from "../state/change.ts";
import { eventTypes, type ObjectRecord } from "../state/state.ts";

export interface KubernetesCollectorOptions {
  readonly clusters: Clusters;
  readonly spine: EventSpine;
  readonly types: readonly ResourceType[];
  /** What is projected of a kind already, over all clusters: after a start only news is published. */
  known(
    type: ResourceType,
  ): Iterable<{ readonly cluster: ClusterName; readonly key: string; readonly record: ObjectRecord }>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Pending = { readonly subject: string; readonly event: CatalystEvent<ObjectChange> };

const firstPause = 100;
const longestPause = 30_000;

/**
 * Turns the watches of many kinds into events. What happened while nobody watched is found by comparing the
 * first snapshot with the projection. Secrets are never collected.
 */
export class KubernetesCollector {
  readonly #options: KubernetesCollectorOptions;
  readonly #incarnations = new Map<ClusterName, Promise<string>>();
  #pending: Pending[] = [];
  #flushing: Promise<void> = Promise.resolve();

  constructor(options: KubernetesCollectorOptions) {
    this.#options = options;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#options.types.map((type) => this.#collect(type, signal)));
    await this.#flushing;
  }

  /** Forgets a cluster that was removed: one of the same name begins a new life. */
  forget(cluster: ClusterName): void {
    this.#incarnations.delete(cluster);
  }

  async #collect(type: ResourceType, signal: AbortSignal): Promise<void> {
    const { clusters, clock, logger } = this.#options;
    let pause = firstPause;
    while (!signal.aborted) {
      try {
        let unseen = this.#unseen(type);
        for await (const event of clusters.watchAll(type, signal)) {
          pause = firstPause;
          if (event.type === "restarted") unseen = this.#unseen(type);
          else if (event.type === "synced") {
            for (const { cluster, record } of unseen?.values() ?? [])
              if (record.object !== undefined) this.#vanished(cluster, record, record.object);
            unseen = undefined;
          } else {
            const place = `${event.cluster}/${objectId(event.object)[1]}`;
            const known = unseen?.get(place)?.record;
            unseen?.delete(place);
            if (known?.object === undefined || !isSame(known, event.object) || event.type === "DELETED") {
              await this.#changed(event.cluster, event.object, event.type === "DELETED");
            }
          }
        }
      } catch (error) {
        if (!signal.aborted) logger.warn("collecting broke", { kind: type.kind, error: errorMessage(error) });
      }
      if (!signal.aborted) await clock.sleep(pause, signal).catch(() => undefined);
      pause = Math.min(pause * 2, longestPause);
    }
  }

  #unseen(type: ResourceType) {
    const unseen = new Map<string, { readonly cluster: ClusterName; readonly record: ObjectRecord }>();
    for (const { cluster, key, record } of this.#options.known(type))
      unseen.set(`${cluster}/${key}`, { cluster, record });
    return unseen as typeof unseen | undefined;
  }

  async #changed(cluster: ClusterName, object: KubeObject, deleted: boolean): Promise<void> {
    const incarnation = await this.#incarnation(cluster);
    this.#publish({
      cluster,
      incarnation,
      revision: Number(object.metadata.resourceVersion),
      deleted,
      object: trimmed(object),
    });
  }

  #vanished(cluster: ClusterName, record: ObjectRecord, object: KubeObject): void {
    this.#publish({
      cluster,
      incarnation: record.incarnation,
      revision: record.revision,
      deleted: true,
      object,
    });
  }

  /** Events of one turn share one write of the log. */
  #publish(change: ObjectChange): void {
    this.#pending.push(eventOf(change, this.#options.clock));
    if (this.#pending.length > 1) return;
    this.#flushing = this.#flushing
      .then(() => new Promise((resolve) => setImmediate(resolve)))
      .then(() => this.#flush());
  }

  async #flush(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    try {
      await this.#options.spine.publishAll(batch);
    } catch (error) {
      this.#options.logger.error("events were not published", {
        count: batch.length,
        error: errorMessage(error),
      });
      await this.#options.clock.sleep(1000);
      this.#pending = [...batch, ...this.#pending];
      await this.#flush();
    }
  }

  #incarnation(cluster: ClusterName): Promise<string> {
    const known = this.#incarnations.get(cluster);
    if (known !== undefined) return known;
    const asked = this.#options.clusters
      .client(cluster)
      .get(namespaces, { name: "kube-system" })
      .then(({ metadata }) => `${metadata.creationTimestamp}/${metadata.uid}`);
    this.#incarnations.set(cluster, asked);
    asked.catch(() => this.#incarnations.delete(cluster));
    return asked;
  }
}

function isSame(record: ObjectRecord, object: KubeObject): boolean {
  return (
    record.revision === Number(object.metadata.resourceVersion) &&
    record.object?.metadata.uid === object.metadata.uid
  );
}

/** What no reader needs is left out of the log; a container's environment may hold what nobody is to read. */
function trimmed(object: KubeObject): KubeObject {
  const { managedFields: _managed, ...metadata } = object.metadata;
  return object.kind === "Pod"
    ? { ...object, metadata, spec: withoutEnvironments(object.spec) }
    : { ...object, metadata };
}

function withoutEnvironments(spec: unknown): unknown {
  if (!isObject(spec)) return spec;
  const trim = (containers: unknown) =>
    Array.isArray(containers) ? containers.map(({ env: _env, ...container }) => container) : containers;
  const lists = ["containers", "initContainers", "ephemeralContainers"].filter((name) =>
    Object.hasOwn(spec, name),
  );
  return { ...spec, ...Object.fromEntries(lists.map((name) => [name, trim(spec[name])])) };
}

function eventOf(change: ObjectChange, clock: Clock): Pending {
  const { object, cluster, incarnation, revision, deleted } = change;
  const [kind] = objectId(object);
  const [group = "", name = ""] = kind.split("/");
  const { namespace, uid } = object.metadata;
  return {
    subject: subjectOf("ws", cluster, "k8s", group, name, namespace ?? "", object.metadata.name),
    event: {
      specversion: "1.0",
      id: [
        incarnation,
        kind,
        uid ?? `${namespace}/${object.metadata.name}`,
        revision,
        deleted ? "deleted" : "there",
      ].join(":"),
      source: `/clusters/${cluster}`,
      type: eventTypes.objectChanged,
      time: rfc3339(clock.now()),
      environment: cluster,
      data: change,
    },
  };
}
