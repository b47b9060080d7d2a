import { rfc3339 } from "@catalyst/base/clock";
import type { Container, ContainerStatus, Pod, PodCondition } from "@catalyst/ports/kubernetes";
import type { PodFacts } from "../decide.ts";
import { isSidecar } from "../restart.ts";

/** What conditions are made of. */
export interface ConditionFacts {
  readonly facts: PodFacts;
  readonly phase: string;
  /** Of init containers and containers alike. */
  readonly statuses: readonly ContainerStatus[];
}

type Condition = Omit<PodCondition, "lastProbeTime" | "lastTransitionTime" | "observedGeneration">;

/** A Pod's conditions in the kubelet's order and words, behind those that others have set. */
export function conditionsOf(scope: ConditionFacts): readonly PodCondition[] {
  const { facts } = scope;
  const before = facts.pod.status?.conditions ?? [];
  const containersReady = containersReadyCondition(scope);
  const wanted: readonly Condition[] = [
    ...disruption(facts),
    { type: "PodReadyToStartContainers", status: facts.observation?.isRunning === true ? "True" : "False" },
    initializedCondition(scope),
    readyCondition(facts.pod, containersReady),
    containersReady,
    { type: "PodScheduled", status: "True" },
  ];
  const own = new Set(wanted.map((condition) => condition.type));
  return [
    ...before.filter((condition) => !own.has(condition.type)),
    ...wanted.map((condition) => dated(condition, facts)),
  ];
}

function disruption({ memory }: PodFacts): readonly Condition[] {
  const { failure } = memory;
  if (failure?.disruption === undefined) return [];
  const { disruption: reason, message } = failure;
  return [{ type: "DisruptionTarget", status: "True", reason, message }];
}

function initializedCondition({ facts, phase, statuses }: ConditionFacts): Condition {
  const type = "Initialized";
  if (phase === "Succeeded") return { type, status: "True", reason: "PodCompleted" };
  const hasBegun = facts.pod.spec.containers.some(({ name }) => {
    const status = statuses.find((each) => each.name === name);
    const { running, terminated } = status?.state ?? {};
    return (running ?? terminated ?? status?.lastState?.terminated) !== undefined;
  });
  if (hasBegun) return { type, status: "True" };
  const incomplete = (facts.pod.spec.initContainers ?? []).filter((init) => !isInitialized(init, statuses));
  if (incomplete.length === 0) return { type, status: "True" };
  const message = `containers with incomplete status: ${list(incomplete)}`;
  return { type, status: "False", reason: "ContainersNotInitialized", message };
}

function isInitialized(init: Container, statuses: readonly ContainerStatus[]): boolean {
  const status = statuses.find(({ name }) => name === init.name);
  return (isSidecar(init) ? status?.started : status?.ready) === true;
}

function containersReadyCondition({ facts, phase, statuses }: ConditionFacts): Condition {
  const type = "ContainersReady";
  if (phase === "Succeeded") return { type, status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
  const { containers, initContainers = [] } = facts.pod.spec;
  const unready = [...initContainers.filter(isSidecar), ...containers].filter(
    (container) => statuses.find(({ name }) => name === container.name)?.ready !== true,
  );
  if (unready.length === 0) return { type, status: "True" };
  const message = `containers with unready status: ${list(unready)}`;
  return { type, status: "False", reason: "ContainersNotReady", message };
}

function list(containers: readonly Container[]): string {
  return `[${containers.map(({ name }) => name).join(" ")}]`;
}

/** Ready when all containers are, and every readiness gate's condition is true. */
function readyCondition(pod: Pod, containersReady: Condition): Condition {
  if (containersReady.status !== "True") return { ...containersReady, type: "Ready" };
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (condition === undefined)
      return `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    return condition.status === "True"
      ? []
      : `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`;
  });
  if (problems.length === 0) return { type: "Ready", status: "True" };
  return { type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: problems.join(", ") };
}

function dated(condition: Condition, { pod, now }: PodFacts): PodCondition {
  const { generation } = pod.metadata;
  const known = pod.status?.conditions?.find((candidate) => candidate.type === condition.type);
  const moved = known?.status !== condition.status || known?.lastTransitionTime === undefined;
  return {
    ...condition,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastProbeTime: null,
    lastTransitionTime: moved ? rfc3339(now) : known.lastTransitionTime,
  };
}
