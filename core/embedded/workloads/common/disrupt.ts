import { rfc3339 } from "@catalyst/base/clock";
import { type ClusterClient, isKubernetesError, type Pod, pods } from "@catalyst/ports/kubernetes";

/** How often a status is written anew because somebody else, the Pod's node, wrote in between. */
const attempts = 5;

/** Why a Pod is sent away: what its condition DisruptionTarget says. */
export interface Disruption {
  readonly reason: string;
  readonly message: string;
}

/** Sends a Pod away that would have run on: marks it as disrupted and deletes it. False when it is gone already. */
export async function disrupt(
  client: ClusterClient,
  pod: Pod,
  disruption: Disruption,
  now: number,
): Promise<boolean> {
  const { namespace, name, uid } = pod.metadata;
  if (!(await mark(client, pod, disruption, rfc3339(now)))) return false;
  try {
    return await client.delete(pods, { namespace, name }, { uid });
  } catch (error) {
    // Another Pod of the name.
    if (isKubernetesError(error, "kubernetes-conflict")) return false;
    throw error;
  }
}

async function mark(client: ClusterClient, pod: Pod, disruption: Disruption, now: string): Promise<boolean> {
  const { namespace, name, uid } = pod.metadata;
  for (let attempt = 1; ; attempt++) {
    const present = await client.find<Pod>(pods, { namespace, name });
    if (present === undefined || present.metadata.uid !== uid) return false;
    const conditions = present.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === "DisruptionTarget");
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      ...disruption,
      lastProbeTime: null,
      lastTransitionTime: before?.status === "True" ? before.lastTransitionTime : now,
    };
    const others = conditions.filter((each) => each !== before);
    try {
      const status = { ...present.status, conditions: [...others, condition] };
      await client.updateStatus(pods, { ...present, status } as Pod);
      return true;
    } catch (error) {
      if (isKubernetesError(error, "kubernetes-not-found")) return false;
      if (!isKubernetesError(error, "kubernetes-conflict") || attempt === attempts) throw error;
    }
  }
}
