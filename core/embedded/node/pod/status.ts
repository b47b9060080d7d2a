import { rfc3339 } from "@catalyst/base/clock";
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from "@catalyst/ports/kubernetes";
import { containerStatus } from "./container-status.ts";
import { isSidecar, observed, type PodFacts, restarts } from "./decide.ts";

/** The status of a Pod that is bound to this node, as the kubelet would write it. */
export function podStatus(facts: PodFacts): PodStatus {
  const { pod, observation, now } = facts;
  const inits = pod.spec.initContainers ?? [];
  const initialized = inits.every((container) => isInitialized(facts, container));
  const initStatuses = inits.map((container) =>
    containerStatus(facts, container, initPolicy(pod, container), "PodInitializing"),
  );
  const idle = observation === undefined || initialized ? "ContainerCreating" : "PodInitializing";
  const statuses = pod.spec.containers.map((container) =>
    containerStatus(facts, container, pod.spec.restartPolicy, idle),
  );
  const phase = phaseOf(facts, initialized);
  const address = observation?.address ?? "";
  return {
    ...pod.status,
    phase,
    qosClass: qosOf(pod),
    startTime: pod.status?.startTime ?? rfc3339(now),
    ...(address === "" ? {} : { podIP: address, podIPs: [{ ip: address }], hostIP: "127.0.0.1" }),
    conditions: conditionsOf(facts, phase, initialized, statuses),
    ...(inits.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
  };
}

function initPolicy(pod: Pod, container: Container): string {
  if (isSidecar(container)) return "Always";
  return pod.spec.restartPolicy === "Never" ? "Never" : "OnFailure";
}

function isInitialized(facts: PodFacts, container: Container): boolean {
  if (facts.pod.spec.containers.some((main) => observed(facts.observation, main) !== undefined)) return true;
  const present = observed(facts.observation, container);
  if (isSidecar(container)) return present?.state === "running";
  return present?.state === "exited" && present.exitCode === 0;
}

function phaseOf(facts: PodFacts, initialized: boolean): NonNullable<PodStatus["phase"]> {
  const { pod, observation } = facts;
  const over = pod.status?.phase;
  if (over === "Succeeded" || over === "Failed") return over;
  const failedInit = (pod.spec.initContainers ?? []).some((container) => {
    const present = observed(observation, container);
    return present?.state === "exited" && present.exitCode !== 0 && initPolicy(pod, container) === "Never";
  });
  if (failedInit) return "Failed";
  const mains = pod.spec.containers.map((container) => observed(observation, container));
  if (!initialized || mains.some((present) => present === undefined || present.state === "created"))
    return mains.some((present) => present?.state === "running") ? "Running" : "Pending";
  const ended = mains.filter((present) => present?.state === "exited");
  const forGood = ended.filter((present) => present && !restarts(present, pod.spec.restartPolicy));
  if (forGood.length < mains.length) return "Running";
  return forGood.every((present) => present?.exitCode === 0) ? "Succeeded" : "Failed";
}

function conditionsOf(
  facts: PodFacts,
  phase: string,
  initialized: boolean,
  statuses: readonly ContainerStatus[],
): readonly PodCondition[] {
  const unready = statuses.filter((status) => !status.ready).map((status) => status.name);
  const names = `[${unready.join(" ")}]`;
  const over =
    phase === "Succeeded"
      ? { reason: "PodCompleted" }
      : phase === "Failed"
        ? { reason: "PodFailed" }
        : { reason: "ContainersNotReady", message: `containers with unready status: ${names}` };
  const containersReady = unready.length === 0 && phase === "Running";
  const gates = (facts.pod.spec.readinessGates ?? []).every((gate) =>
    facts.pod.status?.conditions?.some(
      (condition) => condition.type === gate.conditionType && condition.status === "True",
    ),
  );
  const notGated = { reason: "ReadinessGatesNotReady", message: "a readiness gate isn't met" };
  const wanted: readonly PodCondition[] = [
    {
      type: "PodReadyToStartContainers",
      status: facts.observation === undefined ? "False" : "True",
    },
    initialized
      ? { type: "Initialized", status: "True", ...(phase === "Succeeded" ? { reason: "PodCompleted" } : {}) }
      : {
          type: "Initialized",
          status: "False",
          reason: "ContainersNotInitialized",
          message: "containers with incomplete status",
        },
    containersReady && gates
      ? { type: "Ready", status: "True" }
      : { type: "Ready", status: "False", ...(containersReady ? notGated : over) },
    containersReady
      ? { type: "ContainersReady", status: "True" }
      : { type: "ContainersReady", status: "False", ...over },
    { type: "PodScheduled", status: "True" },
  ];
  const before = facts.pod.status?.conditions ?? [];
  const own = new Set(wanted.map((condition) => condition.type));
  return [
    ...before.filter((condition) => !own.has(condition.type)),
    ...wanted.map((condition) => dated(condition, before, facts.now)),
  ];
}

function dated(condition: PodCondition, before: readonly PodCondition[], now: number): PodCondition {
  const known = before.find((candidate) => candidate.type === condition.type);
  const moved = known?.status !== condition.status || known?.lastTransitionTime === undefined;
  const lastTransitionTime = moved ? rfc3339(now) : known.lastTransitionTime;
  return { ...condition, lastProbeTime: null, lastTransitionTime };
}

/** The quality of service class, from requests and limits of processor and memory. */
function qosOf(pod: Pod): string {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(
    (container) => container.resources,
  );
  const named = (amounts: Readonly<Record<string, unknown>> | undefined) =>
    ["cpu", "memory"].filter((resource) => amounts?.[resource] !== undefined);
  if (all.every((each) => named(each?.limits).length + named(each?.requests).length === 0))
    return "BestEffort";
  const guaranteed = all.every((each) =>
    ["cpu", "memory"].every((resource) => {
      const limit = each?.limits?.[resource];
      return limit !== undefined && (each?.requests?.[resource] ?? limit) === limit;
    }),
  );
  return guaranteed ? "Guaranteed" : "Burstable";
}
