import { CatalystError } from "@catalyst/base/errors";
import { isObject, type JsonObject } from "@catalyst/base/json";
import { isKept } from "@catalyst/charts/records";
import { type ClusterClient, isKubernetesError, type KubeObject, keyOf } from "@catalyst/ports/kubernetes";
import { mapParallel, type ObjectId, objectIdOf, type ResourceTypes, subjectOf } from "../apply/index.ts";
import type { FluxWork } from "../jobs.ts";

export interface ObjectsOptions {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  readonly work: FluxWork;
  readonly signal: AbortSignal;
  readonly release: { readonly name: string; readonly namespace: string };
}

const fieldManager = "helm-controller";
const concurrency = 8;

/** Reads a release's manifest, in its order. Throws `yaml-invalid`, and as `placedObjects`. */
export async function manifestObjects(
  manifest: string,
  options: ObjectsOptions,
): Promise<readonly KubeObject[]> {
  return placedObjects(await options.work.readManifest(manifest, options.signal), options);
}

/**
 * Makes objects of a release's documents. Those of namespaced kinds without a namespace belong to the release's;
 * all carry Helm's marks of ownership when they are applied. Throws `release-manifest-invalid`.
 */
export async function placedObjects(
  documents: readonly JsonObject[],
  options: ObjectsOptions,
): Promise<readonly KubeObject[]> {
  const objects: KubeObject[] = [];
  for (const document of documents) {
    for (const item of itemsOf(document)) objects.push(await placed(item, options));
  }
  return objects;
}

function itemsOf(value: Record<string, unknown>): readonly Record<string, unknown>[] {
  const { kind, items } = value;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)
    ? items.filter(isObject)
    : [value];
}

async function placed(value: Record<string, unknown>, options: ObjectsOptions): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || !isObject(metadata)) {
    throw new CatalystError(
      "release-manifest-invalid",
      "unable to build kubernetes objects from release manifest",
    );
  }
  const type = await options.types.find(options.client, apiVersion, kind);
  if (type === undefined) {
    const message = `unable to build kubernetes objects from release manifest: resource mapping not found for name: "${String(metadata["name"])}" namespace: "" from "": no matches for kind "${kind}" in version "${apiVersion}"`;
    throw new CatalystError("release-manifest-invalid", message);
  }
  const { namespace = options.release.namespace, ...rest } = metadata;
  const scoped = type.namespaced ? { ...rest, namespace } : rest;
  return { ...value, apiVersion, kind, metadata: scoped } as unknown as KubeObject;
}

/** An object with the marks by which Helm knows it as its own. */
function owned(object: KubeObject, release: ObjectsOptions["release"]): KubeObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, "app.kubernetes.io/managed-by": "Helm" },
      annotations: {
        ...annotations,
        "meta.helm.sh/release-name": release.name,
        "meta.helm.sh/release-namespace": release.namespace,
      },
    },
  };
}

/** Applies objects kind by kind in their order: those of one kind at once, the kinds one after the other. */
export async function applyManifest(objects: readonly KubeObject[], options: ObjectsOptions): Promise<void> {
  for (const group of byKind(objects)) {
    await mapParallel(group, concurrency, async (object) => {
      const type = await options.types.of(options.client, object.apiVersion, object.kind);
      try {
        await options.client.apply(type, owned(object, options.release), { fieldManager, force: true });
      } catch (error) {
        if (!isKubernetesError(error)) throw error;
        const secret = object.kind === "Secret" && error.code === "kubernetes-invalid";
        const words = secret ? "the server refused it" : error.message;
        const action = `server-side apply failed for object ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
        const { apiVersion, kind } = object;
        throw new CatalystError("release-apply-failed", `${action} ${apiVersion}, Kind=${kind}: ${words}`, {
          cause: error,
        });
      }
    });
  }
}

function byKind(objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  const groups: KubeObject[][] = [];
  for (const object of objects) {
    const last = groups.at(-1);
    if (last?.[0]?.kind === object.kind) last.push(object);
    else groups.push([object]);
  }
  return groups;
}

/** Deletes objects that the chart doesn't keep; gives those that were there. */
export async function deleteObjects(
  objects: readonly KubeObject[],
  options: ObjectsOptions,
): Promise<readonly ObjectId[]> {
  const deleted: ObjectId[] = [];
  const failures: string[] = [];
  for (const object of objects) {
    const type = await options.types.find(options.client, object.apiVersion, object.kind);
    if (type === undefined || isKept(object.metadata.annotations)) continue;
    try {
      if (await options.client.delete(type, keyOf(object), { propagation: "Background" }))
        deleted.push(objectIdOf(object));
    } catch (error) {
      if (!isKubernetesError(error)) throw error;
      failures.push(`${subjectOf(objectIdOf(object))}: ${error.message}`);
    }
  }
  if (failures.length > 0) {
    const message = `uninstallation completed with ${failures.length} error(s): ${failures.join("; ")}`;
    throw new CatalystError("release-delete-failed", message);
  }
  return deleted;
}
