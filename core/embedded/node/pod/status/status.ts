import { rfc3339 } from "@catalyst/base/clock";
import { type PodStatus, podQosClass } from "@catalyst/ports/kubernetes";
import { isOver, mainHasBegun, type PodFacts } from "../facts.ts";
import { hostAddress } from "../host-address.ts";
import { conditionsOf } from "./conditions.ts";
import { containerStatus, ephemeralStatus } from "./container-status.ts";
import { phaseOf } from "./phase.ts";

/**
 * The status of a Pod that is bound to this node, as the kubelet would write it. `isTerminal`: nothing of the Pod
 * runs any more, and nothing will.
 */
export function podStatus(facts: PodFacts, isTerminal = false): PodStatus {
  const { pod, observation, now } = facts;
  const inits = (pod.spec.initContainers ?? []).map((each) => containerStatus(facts, each, true));
  const containers = pod.spec.containers.map((each) => containerStatus(facts, each, false));
  const ephemerals = (pod.spec.ephemeralContainers ?? []).map((each) => ephemeralStatus(facts, each));
  const statuses = [...inits, ...containers];
  const { phase, reason, message } = verdict(facts, () =>
    phaseOf({ pod, statuses, isTerminal, hasInitialized: mainHasBegun(facts) }),
  );
  const address = observation?.address ?? "";
  const { generation } = pod.metadata;
  return {
    ...pod.status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    qosClass: pod.status?.qosClass ?? podQosClass(pod),
    startTime: pod.status?.startTime ?? rfc3339(now),
    hostIP: hostAddress,
    hostIPs: [{ ip: hostAddress }],
    ...(address === "" ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    conditions: conditionsOf({ facts, phase, statuses }),
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    containerStatuses: containers,
    ...(ephemerals.length === 0 ? {} : { ephemeralContainerStatuses: ephemerals }),
  };
}

/** A Pod that is over stays so; one that the node ends has failed with its reason. */
function verdict(
  { pod, memory }: PodFacts,
  phase: () => NonNullable<PodStatus["phase"]>,
): Pick<PodStatus, "reason" | "message"> & { readonly phase: NonNullable<PodStatus["phase"]> } {
  if (isOver(pod)) return { phase: pod.status?.phase ?? "Failed" };
  if (memory.failure === undefined) return { phase: phase() };
  const { reason, message } = memory.failure;
  return { phase: "Failed", reason, message };
}
