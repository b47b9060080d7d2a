import { errorMessage, unreachable } from "@catalyst/base/errors";
import {
  type ControllerRevision,
  isKubernetesError,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  pods,
  type StatefulSet,
} from "@catalyst/ports/kubernetes";
import type { ReconcileContext } from "@catalyst/reconciler";
import { isNamespaceLeaving, type PodControl, say } from "../common/pod-control.ts";
import { storedTemplate } from "../common/revision.ts";
import { isStaleClaim, ownersToHave, retainsAll } from "./claims.ts";
import type { StatefulSetAction } from "./decide.ts";
import { ordinalOf, podName, statefulClaims, statefulPod } from "./pod.ts";

export interface StatefulSetWork extends PodControl {
  readonly owner: StatefulSet;
  readonly context: ReconcileContext<StatefulSet>;
  readonly revisions: readonly ControllerRevision[];
}

/** Carries out one step. Throws what the server refuses. */
export async function carryOut(work: StatefulSetWork, action: StatefulSetAction): Promise<void> {
  switch (action.type) {
    case "create":
      return createStatefulPod(work, action.ordinal, action.revision);
    case "provide":
      await provideClaims(work, action.ordinal);
      return keepClaimOwners(work, action.pod);
    case "delete":
    case "replace":
      return deleteStatefulPod(work, action.pod);
    default:
      return unreachable(action);
  }
}

async function createStatefulPod(work: StatefulSetWork, ordinal: number, revision: string): Promise<void> {
  const { owner: set } = work;
  const name = podName(set, ordinal);
  const stored = work.revisions.find((candidate) => candidate.metadata.name === revision);
  const template = (stored === undefined ? undefined : storedTemplate(stored)) ?? set.spec.template;
  const client = clientOf(work);
  try {
    const isFree = await provideClaims(work, ordinal);
    if (!isFree) return;
    const pod = await client.create(pods, statefulPod(set, template, revision, ordinal));
    await keepClaimOwners(work, pod);
    await say(work, "Normal", "SuccessfulCreate", podMessage(work, "Create", name));
  } catch (error) {
    // The one before it is still on its way out: its end wakes this set again.
    if (isKubernetesError(error, "kubernetes-already-exists")) return;
    if (isNamespaceLeaving(error)) return;
    const message = `${podMessage(work, "Create", name, "failed")} error: ${errorMessage(error)}`;
    await say(work, "Warning", "FailedCreate", message);
    throw error;
  }
}

async function deleteStatefulPod(work: StatefulSetWork, pod: Pod): Promise<void> {
  const { name, namespace, uid } = pod.metadata;
  try {
    await clientOf(work).delete(pods, { namespace, name }, { uid });
    await say(work, "Normal", "SuccessfulDelete", podMessage(work, "Delete", name));
  } catch (error) {
    if (!isKubernetesError(error, "kubernetes-conflict")) throw error;
  }
}

/** Makes the claims of an ordinal that aren't there; false while one that is there belongs to a Pod that was. */
async function provideClaims(work: StatefulSetWork, ordinal: number): Promise<boolean> {
  const { owner: set } = work;
  const client = clientOf(work);
  const pod = podName(set, ordinal);
  for (const claim of statefulClaims(set, ordinal)) {
    const { name, namespace } = claim.metadata;
    const there = await client.find<PersistentVolumeClaim>(persistentVolumeClaims, { namespace, name });
    if (there !== undefined && isStaleClaim(there, set, pod)) return false;
    if (there?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
    if (there !== undefined) continue;
    await client.create(persistentVolumeClaims, claim);
    const message = `Create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
    await say(work, "Normal", "SuccessfulCreate", message);
  }
  return true;
}

/** Brings the owners of a Pod's claims in line with the retention policy. */
export async function keepClaimOwners(work: StatefulSetWork, pod: Pod): Promise<void> {
  const { owner: set, context, request } = work;
  const ordinal = ordinalOf(set, pod);
  if (ordinal === undefined) return;
  for (const { metadata } of statefulClaims(set, ordinal)) {
    const { name, namespace } = metadata;
    const cached = context.cache.get(request.cluster, persistentVolumeClaims, { namespace, name });
    const isRight = cached === undefined ? retainsAll(set) : ownersToHave(cached, set, pod) === undefined;
    if (isRight) continue;
    const claim = await clientOf(work).find(persistentVolumeClaims, { namespace, name });
    const owners = claim === undefined ? undefined : ownersToHave(claim, set, pod);
    if (claim === undefined || owners === undefined) continue;
    const { resourceVersion } = claim.metadata;
    const ownerReferences = owners.length === 0 ? null : owners;
    const patch = { metadata: { resourceVersion, ownerReferences } };
    await clientOf(work).mergePatch(persistentVolumeClaims, { namespace, name }, patch);
  }
}

function podMessage({ owner }: StatefulSetWork, verb: string, pod: string, how = "successful"): string {
  return `${verb} Pod ${pod} in StatefulSet ${owner.metadata.name} ${how}`;
}

function clientOf({ context, request }: StatefulSetWork) {
  return context.clusters.client(request.cluster);
}
