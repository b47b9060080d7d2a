import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import type { ClusterName, Clusters, KubeObject, ObjectKey, ResourceType } from "@catalyst/ports/kubernetes";

/** What one reconcile is about. */
export interface ReconcileRequest extends ObjectKey {
  readonly cluster: ClusterName;
}

/**
 * What a reconcile says to the queue. A throw means: again, with exponential backoff.
 * Times in milliseconds.
 */
export type ReconcileResult =
  /** Nothing to do until something changes, or until `recheckAfter`. */
  | { readonly outcome: "settled"; readonly recheckAfter?: number | undefined }
  /** Something outside must happen first; looked at again on a change or after `recheckAfter`. */
  | { readonly outcome: "waiting"; readonly reason: string; readonly recheckAfter: number }
  /** A person must act; only a change of the object wakes it. */
  | { readonly outcome: "stalled"; readonly reason: string };

/** Another kind whose events wake this controller. */
export interface Trigger<T extends KubeObject = KubeObject> {
  readonly type: ResourceType<T>;
  /** The requests an event of `object` in `cluster` leads to. */
  requests(
    cluster: ClusterName,
    object: T,
    previous: T | undefined,
    cache: ObjectCache,
  ): readonly ReconcileRequest[];
}

export interface Controller<T extends KubeObject = KubeObject> {
  /** Kebab-case, for logs, metrics and the lease. */
  readonly name: string;
  readonly type: ResourceType<T>;
  /** Only these objects' events count; default all. */
  selects?(cluster: ClusterName, object: T): boolean;
  readonly triggers?: readonly Trigger[];
  /** How many requests at once; default 4. One request is never worked on twice at a time. */
  readonly concurrency?: number | undefined;
  reconcile(request: ReconcileRequest, context: ReconcileContext<T>): Promise<ReconcileResult>;
}

export interface ReconcileContext<T extends KubeObject = KubeObject> {
  /** The object as the cache has it; undefined when it's gone. */
  readonly object: T | undefined;
  readonly cache: ObjectCache;
  readonly clusters: Clusters;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Objects of the kinds some controller watches, as of the last event; indexed by cluster and namespace. */
export interface ObjectCache {
  get<T extends KubeObject>(cluster: ClusterName, type: ResourceType<T>, key: ObjectKey): T | undefined;
  list<T extends KubeObject>(cluster: ClusterName, type: ResourceType<T>, namespace?: string): readonly T[];
  /** Objects whose controller owner has this uid. */
  ownedBy<T extends KubeObject>(cluster: ClusterName, type: ResourceType<T>, ownerUid: string): readonly T[];
  /** Objects of a namespace that nobody controls. */
  orphans<T extends KubeObject>(
    cluster: ClusterName,
    type: ResourceType<T>,
    namespace: string | undefined,
  ): readonly T[];
}

export interface ControllersOptions {
  readonly clusters: Clusters;
  readonly controllers: readonly Controller[];
  /** A number from 0 to 1, by which retries are spread; default Math.random. */
  readonly random?: (() => number) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Running controllers over one shared cache. */
export interface RunningControllers {
  readonly cache: ObjectCache;
  /** Resolves once every cache holds its first snapshot. */
  ready(): Promise<void>;
  /** Wakes one request of one controller now. */
  enqueue(controller: string, request: ReconcileRequest): void;
  /** Stops taking work and waits for what is under way. */
  stop(): Promise<void>;
}
