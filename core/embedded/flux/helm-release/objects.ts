import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isObject, type JsonObject } from "@catalyst/base/json";
import { type ClusterClient, isKubernetesError, type KubeObject, keyOf } from "@catalyst/ports/kubernetes";
import { mapParallel, type ResourceTypes } from "../apply/index.ts";
import type { FluxWork } from "../jobs.ts";
import { checkedObject } from "./checked-object.ts";

export interface ObjectsOptions {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  readonly work: FluxWork;
  readonly signal: AbortSignal;
  readonly release: { readonly name: string; readonly namespace: string };
}

/** Objects of one kind that are written at once. */
export const concurrency = 8;

const managedByLabel = "app.kubernetes.io/managed-by";
const managedByHelm = "Helm";
const releaseNameAnnotation = "meta.helm.sh/release-name";
const releaseNamespaceAnnotation = "meta.helm.sh/release-namespace";

/**
 * Reads a release's manifest, in its order; with `skipsUnknown` without the kinds that nobody serves (any more).
 * Throws `yaml-invalid`, and as `placedObjects`.
 */
export async function manifestObjects(
  manifest: string,
  options: ObjectsOptions,
  { skipsUnknown = false }: { readonly skipsUnknown?: boolean } = {},
): Promise<readonly KubeObject[]> {
  const documents = await options.work.readManifest(manifest, options.signal);
  if (!skipsUnknown) return placedObjects(documents, options);
  const objects: KubeObject[] = [];
  for (const document of documents) {
    const placed = placedObjects([document], options).catch((error: unknown) => {
      if (isCatalystError(error, "release-kind-unknown")) return [];
      throw error;
    });
    objects.push(...(await placed));
  }
  return objects;
}

/**
 * Makes objects of a release's documents. Those of namespaced kinds without a namespace belong to the release's.
 * Throws `release-manifest-invalid`, `release-kind-unknown`.
 */
export async function placedObjects(
  documents: readonly JsonObject[],
  options: ObjectsOptions,
): Promise<readonly KubeObject[]> {
  const objects: KubeObject[] = [];
  const problems: CatalystError[] = [];
  for (const item of documents.flatMap(itemsOf)) {
    try {
      objects.push(await placed(item, options));
    } catch (error) {
      const isOfObject =
        isCatalystError(error, "release-kind-unknown") || isCatalystError(error, "release-manifest-invalid");
      if (!isOfObject) throw error;
      problems.push(error);
    }
  }
  const [first, ...others] = problems;
  if (first !== undefined) throw told([first, ...others]);
  return objects;
}

/** What is wrong with all of them, as Kubernetes' client tells it: each thing once. */
function told(problems: readonly [CatalystError, ...CatalystError[]]): CatalystError {
  const messages = [...new Set(problems.map(({ message }) => message))];
  if (messages.length === 1) return problems[0];
  const { code } = problems.find((problem) => problem.code === "release-manifest-invalid") ?? problems[0];
  return new CatalystError(code, `[${messages.join(", ")}]`);
}

function itemsOf(value: Record<string, unknown>): readonly Record<string, unknown>[] {
  const { kind, items } = value;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)
    ? items.filter(isObject)
    : [value];
}

async function placed(value: Record<string, unknown>, options: ObjectsOptions): Promise<KubeObject> {
  const { apiVersion, kind, metadata } = checkedObject(value);
  const type = await options.types.find(options.client, apiVersion, kind);
  if (type === undefined) {
    const { name, namespace = "" } = metadata;
    const message = `resource mapping not found for name: "${String(name)}" namespace: "${String(namespace)}" from "": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`;
    throw new CatalystError("release-kind-unknown", message);
  }
  const { namespace = options.release.namespace, ...rest } = metadata;
  const scoped = type.namespaced ? { ...rest, namespace } : rest;
  return { ...value, apiVersion, kind, metadata: scoped } as unknown as KubeObject;
}

/** An object with the marks by which Helm knows it as its own. */
export function owned(object: KubeObject, release: ObjectsOptions["release"]): KubeObject {
  const { labels, annotations } = object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...labels, [managedByLabel]: managedByHelm },
      annotations: {
        ...annotations,
        [releaseNameAnnotation]: release.name,
        [releaseNamespaceAnnotation]: release.namespace,
      },
    },
  };
}

/**
 * Gives those of the objects that are in the cluster already. Throws `release-not-owned` for the first that isn't
 * this release's, unless it may be taken over, and `release-apply-failed` for one that can't be looked for.
 */
export async function existingObjects(
  objects: readonly KubeObject[],
  mayTake: boolean,
  options: ObjectsOptions,
): Promise<readonly KubeObject[]> {
  const found: KubeObject[] = [];
  for (const object of objects) {
    if (isNamedByServer(object)) continue;
    const type = await options.types.of(options.client, object.apiVersion, object.kind);
    const { name = "", namespace = "" } = object.metadata as Partial<KubeObject["metadata"]>;
    const subject = `${object.kind} "${name}" in namespace "${namespace}"`;
    const existing = await options.client.find(type, keyOf(object)).catch((error: unknown) => {
      if (!isKubernetesError(error)) throw error;
      const words = `could not get information about the resource ${subject}: ${error.message}`;
      throw new CatalystError("release-apply-failed", words, { cause: error });
    });
    if (existing === undefined) continue;
    const problems = mayTake ? [] : ownershipProblems(existing, options.release);
    if (problems.length > 0) {
      const message = `${subject} exists and cannot be imported into the current release: invalid ownership metadata; ${problems.join("; ")}`;
      throw new CatalystError("release-not-owned", message);
    }
    found.push(object);
  }
  return found;
}

/** Throws `release-manifest-invalid` for one that has a name as well. */
function isNamedByServer({ metadata }: KubeObject): boolean {
  const { name = "", generateName = "" } = metadata as Partial<KubeObject["metadata"]>;
  if (generateName === "") return false;
  if (name === "") return true;
  const message = "metadata.name and metadata.generateName cannot both be set";
  throw new CatalystError("release-manifest-invalid", message);
}

function ownershipProblems({ metadata }: KubeObject, release: ObjectsOptions["release"]): readonly string[] {
  const { labels = {}, annotations = {} } = metadata;
  return [
    markProblem("label", labels, managedByLabel, managedByHelm),
    markProblem("annotation", annotations, releaseNameAnnotation, release.name),
    markProblem("annotation", annotations, releaseNamespaceAnnotation, release.namespace),
  ].flatMap((problem) => problem ?? []);
}

function markProblem(
  what: "label" | "annotation",
  marks: Readonly<Record<string, string>>,
  key: string,
  wanted: string,
): string | undefined {
  const value = marks[key];
  if (value === wanted) return undefined;
  const problem =
    value === undefined
      ? `missing key "${key}": must be set to "${wanted}"`
      : `key "${key}" must equal "${wanted}": current value is "${value}"`;
  return `${what} validation error: ${problem}`;
}

/** Objects of one kind after the other, as they come: Helm writes those of one kind at once. */
export function byKind(objects: readonly KubeObject[]): readonly (readonly KubeObject[])[] {
  const groups: KubeObject[][] = [];
  for (const object of objects) {
    const last = groups.at(-1);
    if (last?.[0]?.kind === object.kind) last.push(object);
    else groups.push([object]);
  }
  return groups;
}

/**
 * Deletes objects, whether they are there or not. What no kind is served for any more is gone. Tries all; throws
 * `release-delete-failed` for those that stay.
 */
export async function deleteObjects(
  objects: readonly KubeObject[],
  options: ObjectsOptions,
  propagation: "Background" | "Foreground" | "Orphan" = "Background",
): Promise<void> {
  const failures: string[] = [];
  for (const group of byKind(objects)) {
    await mapParallel(group, concurrency, async (object) => {
      const type = await options.types.find(options.client, object.apiVersion, object.kind);
      if (type === undefined) return;
      try {
        await options.client.delete(type, keyOf(object), { propagation });
      } catch (error) {
        if (!isKubernetesError(error)) throw error;
        failures.push(error.message);
      }
    });
  }
  if (failures.length > 0) throw new CatalystError("release-delete-failed", failures.join("; "));
}
