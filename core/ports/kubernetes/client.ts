import type { KubeObject } from "./object.ts";
import type { ObjectKey, ResourceType } from "./resource.ts";

/** The cluster that holds Catalyst's own objects, served at `/`; all others are Environments' clusters. */
export const managementCluster = "management";

/** `management`, or the name of an Environment (`acme-prod`), served at `/clusters/<name>`. */
export type ClusterName = string;

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface List<T extends KubeObject> {
  readonly items: readonly T[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
  readonly continue?: string | undefined;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Events after this version; absent: from a consistent snapshot sent as ADDED events and one bookmark. */
  readonly resourceVersion?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type WatchEvent<T extends KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  /** Everything up to `resourceVersion` has been sent; `initial` marks the end of the snapshot. */
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initial: boolean };

export interface WriteOptions {
  /** Who writes, as managedFields shows it. Default `catalyst`. */
  readonly fieldManager?: string | undefined;
  readonly dryRun?: boolean | undefined;
  /** What becomes of fields that the kind doesn't have. Default: as the server does it, a warning for most writes. */
  readonly fieldValidation?: "Ignore" | "Warn" | "Strict" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a patch says what changes: RFC 7386, RFC 6902, or Kubernetes' own with its merge keys and directives. */
export type PatchFormat = "merge" | "json" | "strategic";

export interface ApplyOptions extends WriteOptions {
  /** Takes fields that other managers own instead of failing with `kubernetes-conflict`. */
  readonly force?: boolean | undefined;
}

export interface DeleteOptions {
  readonly propagation?: "Background" | "Foreground" | "Orphan" | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly gracePeriodSeconds?: number | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface PodLogOptions {
  readonly container?: string | undefined;
  readonly previous?: boolean | undefined;
  readonly follow?: boolean | undefined;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339. */
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  readonly timestamps?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a cluster serves, as charts and programs ask for it. */
export interface ServedApis {
  /** As `/version` says: `{gitVersion: "v1.36.3", major: "1", minor: "36"}`. */
  readonly version: { readonly gitVersion: string; readonly major: string; readonly minor: string };
  /** Every version of a group (`v1`, `apps/v1`) and every kind in it (`apps/v1/Deployment`), in order of their text. */
  readonly apiVersions: readonly string[];
}

/**
 * One cluster, through the Kubernetes API. Every method throws KubernetesError; not-found is an error except
 * in `find` and `delete`. Writes are acknowledged durable. Nothing is cached here.
 */
export interface ClusterClient {
  readonly cluster: ClusterName;
  get<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey): Promise<T>;
  /** Like get; undefined when the object, its namespace or its kind doesn't exist. */
  find<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey): Promise<T | undefined>;
  list<T extends KubeObject>(type: ResourceType<T>, options?: ListOptions): Promise<List<T>>;
  /** Lists metadata alone: what the objects hold isn't sent. */
  listMetadata(type: ResourceType, options?: ListOptions): Promise<List<KubeObject>>;
  /** Ends when the server ends it or the signal aborts; `kubernetes-expired` asks for a new list. */
  watch<T extends KubeObject>(type: ResourceType<T>, options?: WatchOptions): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>;
  /** Replaces; with metadata.resourceVersion only that version (`kubernetes-conflict` otherwise). */
  update<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>;
  /** Replaces the status subresource alone. */
  updateStatus<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions): Promise<T>;
  /** JSON merge patch (RFC 7386); `subresource` as `status` or `scale`. */
  mergePatch<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    patch: unknown,
    options?: WriteOptions & { readonly subresource?: string | undefined },
  ): Promise<T>;
  /** Patches an object in a format; `strategic` is for built-in kinds alone. */
  patch<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    format: PatchFormat,
    patch: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  /** Reads a subresource, a `scale`; undefined when the object, or its subresource, doesn't exist. */
  findSubresource(type: ResourceType, key: ObjectKey, subresource: string): Promise<unknown>;
  /** Posts to a subresource: `binding` or `eviction` of a Pod, `token` of a ServiceAccount; gives the answer. */
  createSubresource(
    type: ResourceType,
    key: ObjectKey,
    subresource: string,
    body: unknown,
    options?: WriteOptions,
  ): Promise<unknown>;
  /** Server-side apply of exactly the fields given. */
  apply<T extends KubeObject>(type: ResourceType<T>, object: T, options?: ApplyOptions): Promise<T>;
  /** Asks for deletion. False when there was nothing to delete. */
  delete(type: ResourceType, key: ObjectKey, options?: DeleteOptions): Promise<boolean>;
  /** Streams a container's log as UTF-8 bytes. */
  podLog(key: ObjectKey, options?: PodLogOptions): AsyncIterable<Uint8Array>;
  /** Finds how a kind is served, by discovery; undefined when it isn't. */
  resourceType(apiVersion: string, kind: string): Promise<ResourceType | undefined>;
  /** Tells what the cluster serves now, by discovery: what was defined a moment ago is there. */
  served(): Promise<ServedApis>;
}

/** Gives the client of each cluster. */
export interface Clusters {
  client(cluster: ClusterName): ClusterClient;
  /** The clusters that exist now, the management cluster first. */
  names(): Promise<readonly ClusterName[]>;
  /** Makes a cluster's existence so, or not so; idempotent. Deleting drops all it holds. */
  ensure(cluster: ClusterName): Promise<void>;
  remove(cluster: ClusterName): Promise<void>;
  /**
   * One watch of a kind over all clusters, now and to come. The embedded server has it natively; elsewhere
   * it is one watch per cluster behind the same interface. Starts with a snapshot.
   */
  watchAll<T extends KubeObject>(type: ResourceType<T>, signal: AbortSignal): AsyncIterable<ClusterEvent<T>>;
}

/** An event of one of many clusters. After `synced` the snapshot of all clusters has been sent. */
export type ClusterEvent<T extends KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly cluster: ClusterName; readonly object: T }
  | { readonly type: "synced" }
  /** The stream lost its place: what follows, up to `synced`, is a whole new snapshot. */
  | { readonly type: "restarted" };
