import { isObject } from "@catalyst/base/json";
import {
  type ApplyOptions,
  apiVersionOf,
  type ClusterClient,
  type ClusterName,
  type DeleteOptions,
  isKubernetesError,
  type KubeObject,
  type List,
  type ListOptions,
  type ObjectKey,
  type PatchFormat,
  type PodLogOptions,
  pods,
  type ResourceType,
  type ServedApis,
  type WatchEvent,
  type WatchOptions,
  type WriteOptions,
} from "@catalyst/ports/kubernetes";
import { type Headers, readItems, type Transport } from "@catalyst/ports/transport";
import { documentOf, notKubernetes, requireSuccess, statusError } from "./answer.ts";
import { Discovery } from "./discovery.ts";
import { clusterPath, collectionPath, objectPath, query } from "./path.ts";

const defaultManager = "catalyst";
const accept = { accept: "application/json" };
const acceptMetadata = {
  accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
};

/** Makes the client of one cluster over a transport that carries the credentials. */
export function openClusterClient(transport: Transport, cluster: ClusterName): ClusterClient {
  return new TransportClusterClient(transport, cluster);
}

class TransportClusterClient implements ClusterClient {
  readonly cluster: ClusterName;
  readonly #transport: Transport;
  readonly #discovery: Discovery;

  constructor(transport: Transport, cluster: ClusterName) {
    this.cluster = cluster;
    this.#transport = transport;
    this.#discovery = new Discovery(transport, clusterPath(cluster));
  }

  async get<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey): Promise<T> {
    return (await this.#send("GET", objectPath(this.cluster, type, key))) as T;
  }

  async find<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey): Promise<T | undefined> {
    try {
      return await this.get(type, key);
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return undefined;
      throw error;
    }
  }

  async list<T extends KubeObject>(type: ResourceType<T>, options: ListOptions = {}): Promise<List<T>> {
    const { items, ...list } = await this.#list<T>(type, options, accept);
    return { items: withType(items, type), ...list };
  }

  async listMetadata(type: ResourceType, options: ListOptions = {}): Promise<List<KubeObject>> {
    const { items, ...list } = await this.#list<KubeObject>(type, options, acceptMetadata);
    // As served they are of a kind of their own.
    const ofType = { apiVersion: apiVersionOf(type), kind: type.kind };
    return { items: items.map(({ metadata }) => ({ ...ofType, metadata })), ...list };
  }

  async #list<T extends KubeObject>(
    type: ResourceType,
    options: ListOptions,
    headers: Headers,
  ): Promise<List<T>> {
    const { namespace, signal, ...fields } = options;
    const path = `${collectionPath(this.cluster, type, namespace)}${query(fields)}`;
    const document = (await this.#send("GET", path, { signal, headers })) as {
      items?: T[] | null;
      metadata?: { resourceVersion?: string; continue?: string };
    };
    const more = document.metadata?.continue;
    if (document.items === undefined) throw notKubernetes();
    return {
      items: document.items ?? [],
      resourceVersion: document.metadata?.resourceVersion ?? "",
      ...(more === undefined || more === "" ? {} : { continue: more }),
    };
  }

  async *watch<T extends KubeObject>(
    type: ResourceType<T>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, signal } = options;
    const initial =
      resourceVersion === undefined
        ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" }
        : { resourceVersion };
    const fields = { watch: true, allowWatchBookmarks: true, labelSelector, fieldSelector, ...initial };
    const path = `${collectionPath(this.cluster, type, namespace)}${query(fields)}`;
    const response = await this.#transport.request({ method: "GET", path, headers: accept, signal });
    await requireSuccess(response);
    for await (const item of readItems(response)) yield watchEvent<T>(item);
  }

  async create<T extends KubeObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    const path = collectionPath(this.cluster, type, object.metadata.namespace);
    return this.#write("POST", `${path}${writeQuery(options)}`, object, options);
  }

  async update<T extends KubeObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#write(
      "PUT",
      `${objectPath(this.cluster, type, object.metadata)}${writeQuery(options)}`,
      object,
      options,
    );
  }

  async updateStatus<T extends KubeObject>(
    type: ResourceType<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#write(
      "PUT",
      `${objectPath(this.cluster, type, object.metadata, "status")}${writeQuery(options)}`,
      object,
      options,
    );
  }

  async mergePatch<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    patch: unknown,
    options: WriteOptions & { readonly subresource?: string | undefined } = {},
  ): Promise<T> {
    const path = `${objectPath(this.cluster, type, key, options.subresource)}${writeQuery(options)}`;
    return this.#write("PATCH", path, patch, options, "application/merge-patch+json");
  }

  async patch<T extends KubeObject>(
    type: ResourceType<T>,
    key: ObjectKey,
    format: PatchFormat,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    const path = `${objectPath(this.cluster, type, key)}${writeQuery(options)}`;
    return this.#write("PATCH", path, patch, options, patchTypes[format]);
  }

  async findSubresource(type: ResourceType, key: ObjectKey, subresource: string): Promise<unknown> {
    try {
      return await this.#send("GET", objectPath(this.cluster, type, key, subresource));
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return undefined;
      throw error;
    }
  }

  async createSubresource(
    type: ResourceType,
    key: ObjectKey,
    subresource: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<unknown> {
    const path = `${objectPath(this.cluster, type, key, subresource)}${writeQuery(options)}`;
    return this.#write("POST", path, body, options);
  }

  async apply<T extends KubeObject>(
    type: ResourceType<T>,
    object: T,
    options: ApplyOptions = {},
  ): Promise<T> {
    const path = `${objectPath(this.cluster, type, object.metadata)}${writeQuery(options, { force: options.force })}`;
    return this.#write("PATCH", path, object, options, "application/apply-patch+yaml");
  }

  async delete(type: ResourceType, key: ObjectKey, options: DeleteOptions = {}): Promise<boolean> {
    const { propagation, uid, resourceVersion, gracePeriodSeconds, dryRun } = options;
    const preconditions =
      uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } };
    const json = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      propagationPolicy: propagation ?? "Background",
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(dryRun === true ? { dryRun: ["All"] } : {}),
      ...preconditions,
    };
    try {
      await this.#send("DELETE", objectPath(this.cluster, type, key), { json });
      return true;
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return false;
      throw error;
    }
  }

  async *podLog(key: ObjectKey, options: PodLogOptions = {}): AsyncGenerator<Uint8Array> {
    const { signal, ...fields } = options;
    const path = `${objectPath(this.cluster, pods, key, "log")}${query(fields)}`;
    const response = await this.#transport.request({ method: "GET", path, headers: {}, signal });
    await requireSuccess(response);
    if (response.body instanceof Uint8Array) yield response.body;
    else if (response.body !== undefined) yield* response.body;
  }

  resourceType(apiVersion: string, kind: string): Promise<ResourceType | undefined> {
    return this.#discovery.find(apiVersion, kind);
  }

  served(): Promise<ServedApis> {
    return this.#discovery.served();
  }

  async #write<T>(
    method: string,
    path: string,
    json: unknown,
    options: WriteOptions,
    contentType = "application/json",
  ): Promise<T> {
    return (await this.#send(method, path, { json, contentType, signal: options.signal })) as T;
  }

  async #send(
    method: string,
    path: string,
    body: {
      readonly json?: unknown;
      readonly contentType?: string;
      readonly signal?: AbortSignal | undefined;
      readonly headers?: Headers | undefined;
    } = {},
  ): Promise<unknown> {
    const headers =
      body.json === undefined
        ? (body.headers ?? accept)
        : { ...accept, "content-type": body.contentType ?? "application/json" };
    return documentOf(
      await this.#transport.request({ method, path, headers, json: body.json, signal: body.signal }),
    );
  }
}

const patchTypes: Readonly<Record<PatchFormat, string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

function writeQuery(options: WriteOptions, more: { readonly force?: boolean | undefined } = {}): string {
  return query({
    fieldManager: options.fieldManager ?? defaultManager,
    dryRun: options.dryRun === true ? "All" : undefined,
    fieldValidation: options.fieldValidation,
    ...more,
  });
}

/** Items of a list carry no type of their own. */
function withType<T extends KubeObject>(items: readonly T[], type: ResourceType<T>): readonly T[] {
  const apiVersion = apiVersionOf(type);
  return items.map((item) => (item.kind === undefined ? { ...item, apiVersion, kind: type.kind } : item));
}

function watchEvent<T extends KubeObject>(item: unknown): WatchEvent<T> {
  const { type, object } = item as { readonly type: string; readonly object: T };
  if (type === "ERROR")
    throw statusError(isObject(object) && typeof object["code"] === "number" ? object["code"] : 500, object);
  if (type === "BOOKMARK") {
    const initial = object.metadata.annotations?.["k8s.io/initial-events-end"] === "true";
    return { type, resourceVersion: object.metadata.resourceVersion ?? "", initial };
  }
  return { type: type as "ADDED" | "MODIFIED" | "DELETED", object };
}
