import {
  isKubernetesError,
  type KubeObject,
  type LabelSelector,
  type ResourceType,
  selects,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache, ReconcileContext, ReconcileRequest, Trigger } from "@catalyst/reconciler";
import { controllerOf, controllerReference, requestFor } from "./owner.ts";

/** What an owner lays claim to. */
export interface Claim<T extends KubeObject> {
  readonly request: ReconcileRequest;
  readonly context: Pick<ReconcileContext, "clusters" | "cache" | "signal">;
  readonly owner: KubeObject;
  readonly type: ResourceType<T>;
  readonly selector: LabelSelector | undefined;
  /** Only these are taken or given back; default all. */
  readonly concerns?: ((object: T) => boolean) | undefined;
  /** What an adopted object is held by from then on, and a released one no longer. */
  readonly finalizer?: string | undefined;
}

interface Claimed<T> {
  readonly objects: readonly T[];
  /** Whether nothing is to be adopted or released. */
  readonly isSettled: boolean;
}

/** What the owner has, as the cache knows it. */
export function cachedClaim<T extends KubeObject>(claim: Claim<T>): Claimed<T> {
  const { request, context, owner, type } = claim;
  const owned = context.cache.ownedBy(request.cluster, type, owner.metadata.uid ?? "");
  const objects = owned.filter((object) => isSelected(claim, object));
  const strays = context.cache.orphans(request.cluster, type, request.namespace);
  const isSettled =
    !owned.some((object) => isReleasable(claim, object)) &&
    !strays.some((object) => isAdoptable(claim, object));
  return { objects, isSettled };
}

/**
 * What the owner has, as the server knows it now: what its selector no longer selects is let go, what it selects
 * and nobody controls is adopted. The rules are upstream's (ControllerRefManager). A cache may lag behind one's own
 * writes, and who creates from a stale count creates too many: so numbers are decided on this list.
 */
export async function liveClaim<T extends KubeObject>(claim: Claim<T>): Promise<readonly T[]> {
  const { request, context, owner, type } = claim;
  const { items } = await context.clusters
    .client(request.cluster)
    .list(type, { namespace: request.namespace, signal: context.signal });
  const kept: T[] = [];
  for (const object of items) {
    if (controllerOf(object)?.uid === owner.metadata.uid) {
      if (isSelected(claim, object)) kept.push(object);
      else if (isReleasable(claim, object)) await release(claim, object);
    } else if (isAdoptable(claim, object)) {
      const adopted = await adopt(claim, object);
      if (adopted !== undefined) kept.push(adopted);
    }
  }
  return kept;
}

/** An object without a controller wakes whoever may adopt it. */
export function strayTrigger<T extends KubeObject>(
  type: ResourceType,
  owners: ResourceType<T>,
  selectorOf: (owner: T) => LabelSelector | undefined,
): Trigger {
  return {
    type,
    requests: (cluster, object, previous, cache: ObjectCache): readonly ReconcileRequest[] => {
      if (controllerOf(object) !== undefined || isLeaving(object)) return [];
      const sameLabels = previous?.metadata.labels === object.metadata.labels;
      if (previous !== undefined && controllerOf(previous) === undefined && sameLabels) return [];
      return cache
        .list(cluster, owners, object.metadata.namespace)
        .filter((owner) => selects(selectorOf(owner), object.metadata.labels))
        .map((owner) => requestFor(cluster, owner));
    },
  };
}

function isLeaving(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

function isSelected<T extends KubeObject>({ selector }: Claim<T>, object: T): boolean {
  return selects(selector, object.metadata.labels);
}

function isReleasable<T extends KubeObject>(claim: Claim<T>, object: T): boolean {
  const { owner, concerns = () => true } = claim;
  return !isLeaving(owner) && concerns(object) && !isSelected(claim, object);
}

function isAdoptable<T extends KubeObject>(claim: Claim<T>, object: T): boolean {
  const { owner, concerns = () => true } = claim;
  const isFree = controllerOf(object) === undefined && !isLeaving(object);
  return isFree && !isLeaving(owner) && concerns(object) && isSelected(claim, object);
}

async function adopt<T extends KubeObject>(claim: Claim<T>, object: T): Promise<T | undefined> {
  const { ownerReferences = [], finalizers = [] } = object.metadata;
  const { finalizer } = claim;
  return patch(claim, object, {
    ownerReferences: [...ownerReferences, controllerReference(claim.owner)],
    ...(finalizer === undefined || finalizers.includes(finalizer)
      ? {}
      : { finalizers: [...finalizers, finalizer] }),
  });
}

async function release<T extends KubeObject>(claim: Claim<T>, object: T): Promise<void> {
  const { ownerReferences = [], finalizers = [] } = object.metadata;
  const left = ownerReferences.filter(({ uid }) => uid !== claim.owner.metadata.uid);
  const held = finalizers.filter((name) => name !== claim.finalizer);
  await patch(claim, object, {
    ownerReferences: left.length === 0 ? null : left,
    ...(held.length === finalizers.length ? {} : { finalizers: held.length === 0 ? null : held }),
  });
}

/** Changes the version that was read; undefined when it is gone meanwhile. */
async function patch<T extends KubeObject>(
  { request, context, type }: Claim<T>,
  object: T,
  metadata: object,
): Promise<T | undefined> {
  const { name, namespace, resourceVersion } = object.metadata;
  const client = context.clusters.client(request.cluster);
  try {
    return await client.mergePatch(type, { namespace, name }, { metadata: { resourceVersion, ...metadata } });
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-not-found")) throw error;
    return undefined;
  }
}
