import { errorMessage, unreachable } from "@catalyst/base/errors";
import { type Pod, pods, type ReplicaSet, replicaSets } from "@catalyst/ports/kubernetes";
import type { Controller } from "@catalyst/reconciler";
import { ownedTrigger } from "../common/owner.ts";
import { createPod, deletePod, livePods, type PodControl } from "../common/pod-control.ts";
import { untilAvailable } from "../common/pod-state.ts";
import { replaceStatus } from "../common/status.ts";
import { podOf } from "../common/template.ts";
import { decideReplicaSet, type ReplicaSetAction } from "./decide.ts";
import { replicaSetStatus } from "./status.ts";

/** Keeps as many Pods of a template as a ReplicaSet asks for. */
export const replicaSetController: Controller<ReplicaSet> = {
  name: "replicaset",
  type: replicaSets,
  triggers: [ownedTrigger(pods, replicaSets)],
  reconcile: async (request, context) => {
    const set = context.object;
    if (set === undefined) return { outcome: "settled" };
    const control: PodControl = { request, context, owner: set, component: "replicaset-controller" };
    const known = context.cache.ownedBy<Pod>(request.cluster, pods, set.metadata.uid ?? "");
    let current = known;
    let failure: unknown;
    if (decideReplicaSet(set, known).type !== "none") {
      current = await livePods(control, set.spec.selector);
      try {
        current = [...current, ...(await act(control, set, decideReplicaSet(set, current)))];
      } catch (error) {
        failure = error;
      }
    }
    const now = context.clock.now();
    const message = failure === undefined ? undefined : errorMessage(failure);
    const client = context.clusters.client(request.cluster);
    await replaceStatus(client, replicaSets, set, replicaSetStatus(set, current, message, now));
    if (failure !== undefined) throw failure;
    return {
      outcome: "settled",
      recheckAfter: untilAvailable(current, set.spec.minReadySeconds ?? 0, now),
    };
  },
};

/** Carries an action out; gives the Pods it made. */
async function act(control: PodControl, set: ReplicaSet, action: ReplicaSetAction): Promise<readonly Pod[]> {
  switch (action.type) {
    case "none":
      return [];
    case "create": {
      const made: Pod[] = [];
      const pod = podOf(set, set.spec.template, { generateName: `${set.metadata.name}-` });
      for (let index = 0; index < action.count; index++) made.push(await createPod(control, pod));
      return made;
    }
    case "delete":
      for (const pod of action.pods) await deletePod(control, pod);
      return [];
    default:
      return unreachable(action);
  }
}
