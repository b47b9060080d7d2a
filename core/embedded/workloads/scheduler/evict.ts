import type { Pod } from "@catalyst/ports/kubernetes";
import { type ReconcileContext, type ReconcileRequest, recordEvent } from "@catalyst/reconciler";
import { disrupt } from "../common/disrupt.ts";
import { ownName } from "./tell.ts";

/** Sends a Pod away for one of higher priority, and says so. */
export async function evict(
  request: ReconcileRequest,
  { clusters, clock }: Pick<ReconcileContext, "clusters" | "clock">,
  victim: Pod,
  preemptor: Pod,
  node: string,
): Promise<void> {
  // What is on its way out needs no asking.
  if (victim.metadata.deletionTimestamp !== undefined) return;
  const client = clusters.client(request.cluster);
  const { schedulerName = ownName } = preemptor.spec;
  const message = `${schedulerName}: preempting to accommodate a higher priority pod`;
  if (!(await disrupt(client, victim, { reason: "PreemptionByScheduler", message }, clock.now()))) return;
  await recordEvent(client, clock, ownName, victim, {
    type: "Normal",
    reason: "Preempted",
    action: "Preempting",
    message: `Preempted by pod ${preemptor.metadata.uid} on node ${node}`,
  });
}
