import { type Job, jobs } from "@catalyst/ports/kubernetes";
import type { ReconcileResult } from "@catalyst/reconciler";
import type { PodControl } from "../common/pod-control.ts";

/** Deletes a finished Job when its time to live is over. */
export async function expireJob(job: Job, { context, request }: PodControl): Promise<ReconcileResult> {
  const seconds = job.spec.ttlSecondsAfterFinished;
  if (seconds === undefined || job.metadata.deletionTimestamp !== undefined) return { outcome: "settled" };
  const finished = (job.status?.conditions ?? []).find(
    ({ type, status }) => (type === "Complete" || type === "Failed") && status === "True",
  );
  const left = Date.parse(finished?.lastTransitionTime ?? "") + seconds * 1000 - context.clock.now();
  if (left > 0) return { outcome: "settled", recheckAfter: left };
  const { name, namespace, uid } = job.metadata;
  const client = context.clusters.client(request.cluster);
  await client.delete(jobs, { namespace, name }, { uid, propagation: "Foreground" });
  return { outcome: "settled" };
}
