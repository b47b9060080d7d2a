import type { Node, NodeCondition, Taint } from "@catalyst/ports/kubernetes";

const prefix = "node.kubernetes.io/";
const unschedulable = `${prefix}unschedulable`;
const notReady = `${prefix}not-ready`;
const unreachable = `${prefix}unreachable`;

/** The taints of conditions, by the state in which they are the node's. Source: upstream's node lifecycle controller. */
const conditionTaints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: `${prefix}memory-pressure` },
  DiskPressure: { True: `${prefix}disk-pressure` },
  NetworkUnavailable: { True: `${prefix}network-unavailable` },
  PIDPressure: { True: `${prefix}pid-pressure` },
};

/** Keys of taints that are this controller's to add and to remove. */
const scheduling = new Set([unschedulable, ...Object.values(conditionTaints).flatMap(Object.values)]);
const evicting = new Set([notReady, unreachable]);

export function readiness({ status }: Node): NodeCondition | undefined {
  return status?.conditions?.find(({ type }) => type === "Ready");
}

export function isReadyNode(node: Node): boolean {
  return readiness(node)?.status === "True";
}

/**
 * The taints a node is to have by its conditions, besides those that others gave it. Where no node of the cluster is
 * ready it isn't the nodes that are ill, and nobody has to go: `mayEvict` is false. Undefined when it has them.
 */
export function taintsOf(node: Node, mayEvict: boolean, now: string): readonly Taint[] | undefined {
  const present = node.spec?.taints ?? [];
  const wanted = [
    ...schedulingTaints(node).map((key) => ({ key, effect: "NoSchedule" })),
    ...(mayEvict ? evictingTaint(node) : []),
  ];
  const has = (all: readonly Taint[], { key, effect }: Taint) =>
    all.some((taint) => taint.key === key && taint.effect === effect);
  const missing = wanted.filter((taint) => !has(present, taint));
  const kept = present.filter((taint) => !isOwn(taint) || has(wanted, taint));
  if (missing.length === 0 && kept.length === present.length) return undefined;
  return [...kept, ...missing.map((taint) => ({ ...taint, timeAdded: now }))];
}

function schedulingTaints({ spec, status }: Node): readonly string[] {
  const ofConditions = (status?.conditions ?? []).flatMap(
    (condition) => conditionTaints[condition.type]?.[condition.status] ?? [],
  );
  return spec?.unschedulable === true ? [...ofConditions, unschedulable] : ofConditions;
}

function evictingTaint(node: Node): readonly Taint[] {
  const key = conditionTaints["Ready"]?.[readiness(node)?.status ?? ""];
  return key === undefined ? [] : [{ key, effect: "NoExecute" }];
}

function isOwn({ key, effect }: Taint): boolean {
  if (effect === "NoSchedule") return scheduling.has(key);
  return effect === "NoExecute" && evicting.has(key);
}

/** What a node's own word is that its machine is well: of these nothing is known once it is silent. */
const ownConditions = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** A node's conditions once it has been silent for too long; undefined when they say so already. */
export function silentConditions(
  { metadata, status }: Node,
  now: string,
): readonly NodeCondition[] | undefined {
  const present = status?.conditions ?? [];
  const known = present.map((condition) =>
    ownConditions.includes(condition.type) && condition.status !== "Unknown"
      ? fellSilent(condition, now)
      : condition,
  );
  const missing = ownConditions
    .filter((type) => !present.some((condition) => condition.type === type))
    .map((type) => ({
      type,
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
      lastHeartbeatTime: metadata.creationTimestamp ?? now,
      lastTransitionTime: now,
    }));
  const isSaid = missing.length === 0 && known.every((condition, index) => condition === present[index]);
  return isSaid ? undefined : [...known, ...missing];
}

function fellSilent(condition: NodeCondition, now: string): NodeCondition {
  return {
    ...condition,
    status: "Unknown",
    reason: "NodeStatusUnknown",
    message: "Kubelet stopped posting node status.",
    lastTransitionTime: now,
  };
}
