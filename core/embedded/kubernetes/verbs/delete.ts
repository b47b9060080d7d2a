import { rfc3339 } from "@catalyst/base/clock";
import type { KubeObject, ObjectMeta } from "@catalyst/ports/kubernetes";
import { rbacGroup } from "../access/default-roles.ts";
import { type Actor, actorOf } from "../admission/attributes.ts";
import { deletionReview } from "../admission/reviews.ts";
import { resourceKey } from "../cluster/kinds.ts";
import type { ResourceKind } from "../machinery/index.ts";
import { type Answer, document } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { conflict, forbidden, notFound } from "../request/errors.ts";
import { keyFor } from "../storage/entry.ts";
import { isFinished } from "./amend.ts";
import { type DeleteOptions, type Propagation, readDeleteOptions } from "./delete-options.ts";
import { list } from "./read.ts";
import { rewrite } from "./rewrite.ts";

interface DeletionMeta extends ObjectMeta {
  readonly deletionGracePeriodSeconds?: number;
}

/**
 * Resources whose deletion answers with the object even when it is gone at once. Source: ReturnDeletedObject in upstream's
 * registries.
 */
const answersObject = new Set([
  "/namespaces",
  "/persistentvolumeclaims",
  "/persistentvolumes",
  "/pods",
  "/podtemplates",
  "/resourcequotas",
  "/serviceaccounts",
  "/services",
  "storage.k8s.io/csidrivers",
  "storage.k8s.io/csinodes",
  "storage.k8s.io/storageclasses",
  "storage.k8s.io/volumeattachments",
  "storage.k8s.io/volumeattributesclasses",
]);

/** Answers DELETE of one object. */
export async function remove(call: Call): Promise<Answer> {
  const options = await readDeleteOptions(call);
  const { namespace, name } = call.route;
  const at = { namespace, name: name! };
  const removed = await removeObject(call, at, options, deletionReview(actorOf(call), at, options));
  if (removed === undefined) throw notFound(call.kind, name!);
  const { object, gone } = removed;
  if (!gone || answersObject.has(resourceKey(call.kind))) return { type: "object", status: 200, object };
  return document({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: object.metadata.name,
      ...(call.kind.group === "" ? {} : { group: call.kind.group }),
      kind: call.kind.plural,
      uid: object.metadata.uid,
    },
  });
}

/** Answers DELETE of a list: what the selectors select. */
export async function removeCollection(call: Call): Promise<Answer> {
  const options = await readDeleteOptions(call);
  const answer = await list(call);
  if (answer.type !== "list") return answer;
  const review = deletionReview(actorOf(call), { namespace: call.route.namespace, name: "" }, options);
  await Promise.all(answer.entries.map(({ object }) => removeObject(call, object.metadata, options, review)));
  return answer;
}

/** Deletes an object on behalf of one of the server's own controllers; as `removeObject`. */
export function removeAs(
  actor: Actor,
  at: Place,
  options: DeleteOptions = {},
): Promise<{ readonly object: KubeObject; readonly gone: boolean } | undefined> {
  return removeObject(actor, at, options, deletionReview(actor, at, options));
}

/**
 * For a deletion that admission isn't asked about, as upstream: it follows from something that was admitted.
 */
export const unreviewed = async (): Promise<void> => {};

/** Where an object is. */
interface Place {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/**
 * Deletes an object or marks it for deletion; undefined when there is none. `review` asks admission. Throws
 * StatusError 409, 403.
 */
export async function removeObject(
  of: Pick<Call, "parts" | "cluster" | "kind">,
  at: Place,
  options: DeleteOptions,
  review: (stored: KubeObject) => Promise<void>,
): Promise<{ readonly object: KubeObject; readonly gone: boolean } | undefined> {
  const { parts, cluster, kind } = of;
  const collection = cluster.collection(kind);
  const key = keyFor(at.namespace, at.name);
  const removed = await rewrite(of, collection, key, async (previous) => {
    // as upstream's, a role from the beginning can be deleted, and is there again after the next start
    if (kind.group !== rbacGroup && parts.storage.isShared(collection.resource, key)) {
      throw forbidden(kind, at.name, "it belongs to the server; it can be changed, not deleted");
    }
    checkPreconditions(kind, previous.object, options);
    await review(previous.object);
    const object = marking(previous.object, kind.plural, options, parts.clock.now());
    const gone = isFinished(object);
    const isWritten = options.dryRun !== true && (gone || object !== previous.object);
    return { object, gone, isWritten, before: previous.object };
  });
  if (removed === undefined) return undefined;
  const { gone, before } = removed;
  // What isn't given time is answered as it was.
  return { object: gone && kind.plural !== "pods" ? before : removed.object, gone };
}

/** Refuses what was meant for another state of the object, or another object of its name. Throws StatusError 409. */
export function checkPreconditions(
  kind: Pick<ResourceKind, "group" | "plural">,
  object: KubeObject,
  options: Partial<Pick<DeleteOptions, "uid" | "resourceVersion">>,
): void {
  const { name, uid, resourceVersion } = object.metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${options.uid}, UID in object meta: ${uid}`;
    throw conflict(kind, name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${options.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
    throw conflict(kind, name, why);
  }
}

/** The object as a deletion leaves it; the same object when the deletion changes nothing any more. */
function marking(object: KubeObject, plural: string, options: DeleteOptions, now: number): KubeObject {
  const metadata = object.metadata as DeletionMeta;
  const finalizers = withPropagation(metadata.finalizers ?? [], options.propagation, plural);
  const grace = gracePeriod(object, plural, options);
  const before = metadata.deletionGracePeriodSeconds;
  const isMarked = metadata.deletionTimestamp !== undefined;
  const shortened = isMarked && grace < (before ?? 0);
  const sameFinalizers = finalizers.length === (metadata.finalizers ?? []).length;
  if (isMarked && !shortened && sameFinalizers) return object;
  const until = isMarked && !shortened ? metadata.deletionTimestamp : rfc3339(now + grace * 1000);
  const { finalizers: _before, ...rest } = metadata;
  const status = object.status as Record<string, unknown> | undefined;
  return {
    ...object,
    metadata: {
      ...rest,
      ...(isMarked || metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
      deletionTimestamp: until,
      ...(plural === "namespaces"
        ? {}
        : { deletionGracePeriodSeconds: isMarked && !shortened ? before : grace }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
    } as ObjectMeta,
    ...(plural === "namespaces" ? { status: { ...status, phase: "Terminating" } } : {}),
  };
}

/** Only a Pod that is on a node and hasn't ended is given time. */
function gracePeriod(object: KubeObject, plural: string, options: DeleteOptions): number {
  if (plural !== "pods" || object.apiVersion !== "v1") return 0;
  const spec = (object.spec ?? {}) as { nodeName?: string; terminationGracePeriodSeconds?: number };
  const phase = (object.status as { phase?: string } | undefined)?.phase;
  if (!spec.nodeName || phase === "Succeeded" || phase === "Failed") return 0;
  return Math.max(0, options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30);
}

/** Turns a propagation policy into the finalizer that stands for it. */
function withPropagation(
  finalizers: readonly string[],
  propagation: Propagation | undefined,
  plural: string,
): readonly string[] {
  const own = plural === "customresourcedefinitions" ? ["customresourcecleanup.apiextensions.k8s.io"] : [];
  const kept =
    propagation === undefined
      ? finalizers
      : finalizers.filter((finalizer) => finalizer !== "orphan" && finalizer !== "foregroundDeletion");
  const added =
    propagation === "Orphan" ? ["orphan"] : propagation === "Foreground" ? ["foregroundDeletion"] : [];
  return [...new Set([...kept, ...own, ...added])];
}
