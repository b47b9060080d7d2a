import {
  amountOf,
  amountsOf,
  hostPorts,
  hostPortsClash,
  type Node,
  type Pod,
  podAmounts,
  portsTaken,
} from "@catalyst/ports/kubernetes";
import { matchesNodeAffinity } from "./node-affinity.ts";
import type { NodeUse } from "./placements.ts";
import { isKeptAway, isWithFriends, keepsAway, type Neighbourhood } from "./pod-affinity.ts";
import { tolerates, untoleratedTaint } from "./taints.ts";

/** What a Pod's place is decided on. */
export interface SchedulingFacts {
  readonly pod: Pod;
  readonly nodes: readonly Node[];
  use(node: string): NodeUse;
  readonly around: Neighbourhood;
  /** Why the Pod can't be anywhere yet: a claim that isn't bound. */
  readonly obstacle: string | undefined;
  /** Whether a claim of the Pod may be used by it alone and another Pod uses it. */
  readonly claimTaken: boolean;
}

export type SchedulingDecision =
  | { readonly type: "bind"; readonly node: string }
  | { readonly type: "unschedulable"; readonly message: string };

/** Why a node doesn't take a Pod; `curable` when the end of other Pods there could change it. */
interface Refusal {
  readonly reasons: readonly string[];
  readonly curable: boolean;
}

type Check = (facts: SchedulingFacts, node: Node) => Refusal | undefined;

/** In the order and with the words of kube-scheduler's plugins; the first that refuses a node says why. */
const checks: readonly Check[] = [
  isOpen,
  isTolerated,
  isAskedFor,
  hasPorts,
  hasRoom,
  ({ claimTaken }) =>
    claimTaken
      ? curable(
          "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
        )
      : undefined,
  isWanted,
];

/** Gives the node a Pod is to be on, or why there is none, as kube-scheduler says it. */
export function decidePlace(facts: SchedulingFacts): SchedulingDecision {
  const { nodes, obstacle } = facts;
  if (nodes.length === 0) return unschedulable("no nodes available to schedule pods");
  if (obstacle !== undefined)
    return unschedulable(`0/${nodes.length} nodes are available: ${obstacle}. not found`);
  const refusals: Refusal[] = [];
  const fitting: Node[] = [];
  for (const node of nodes) {
    const refusal = refusalOf(facts, node);
    if (refusal === undefined) fitting.push(node);
    else refusals.push(refusal);
  }
  const [best] = fitting.sort((a, b) => crowd(facts, a) - crowd(facts, b) || byName(a, b));
  if (best !== undefined) return { type: "bind", node: best.metadata.name };
  return unschedulable(explain(nodes.length, refusals));
}

function unschedulable(message: string): SchedulingDecision {
  return { type: "unschedulable", message };
}

function refusalOf(facts: SchedulingFacts, node: Node): Refusal | undefined {
  for (const check of checks) {
    const refusal = check(facts, node);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function crowd(facts: SchedulingFacts, node: Node): number {
  return facts.use(node.metadata.name).pods.size;
}

function byName(a: Node, b: Node): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function explain(total: number, refusals: readonly Refusal[]): string {
  const why = counted(refusals.flatMap(({ reasons }) => reasons));
  const preemption = counted(
    refusals.map(({ curable: can }) =>
      can ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling",
    ),
  );
  const none = `0/${total} nodes are available:`;
  return `${none} ${why}. no new claims to deallocate, preemption: ${none} ${preemption}.`;
}

function counted(reasons: readonly string[]): string {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => `${all.length} ${reason}`)
    .sort()
    .join(", ");
}

function final(reason: string): Refusal {
  return { reasons: [reason], curable: false };
}

function curable(reason: string): Refusal {
  return { reasons: [reason], curable: true };
}

function isOpen({ pod }: SchedulingFacts, node: Node): Refusal | undefined {
  const taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
  const mayStill = (pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint));
  return node.spec?.unschedulable === true && !mayStill ? final("node(s) were unschedulable") : undefined;
}

function isTolerated({ pod }: SchedulingFacts, node: Node): Refusal | undefined {
  const taint = untoleratedTaint(pod.spec.tolerations, node, ["NoSchedule", "NoExecute"]);
  return taint === undefined ? undefined : final("node(s) had untolerated taint(s)");
}

function isAskedFor({ pod }: SchedulingFacts, node: Node): Refusal | undefined {
  return matchesNodeAffinity(pod, node)
    ? undefined
    : final("node(s) didn't match Pod's node affinity/selector");
}

function hasPorts({ pod, use }: SchedulingFacts, node: Node): Refusal | undefined {
  const asked = hostPorts(pod);
  if (asked.length === 0) return undefined;
  const taken = [...use(node.metadata.name).pods.values()].flatMap(hostPorts);
  return hostPortsClash(asked, taken) ? curable(portsTaken) : undefined;
}

function hasRoom({ pod, use }: SchedulingFacts, node: Node): Refusal | undefined {
  const { requests, pods } = use(node.metadata.name);
  const allocatable = amountsOf(node.status?.allocatable ?? node.status?.capacity);
  const short = [...podAmounts(pod.spec, "requests")].filter(
    ([name, { nanos }]) => nanos > 0n && nanos > amountOf(allocatable, name) - amountOf(requests, name),
  );
  const slots = Number(amountOf(allocatable, "pods") / 1_000_000_000n);
  const isCrowded = pods.size + 1 > slots;
  if (short.length === 0 && !isCrowded) return undefined;
  return {
    reasons: [...(isCrowded ? ["Too many pods"] : []), ...short.map(([name]) => `Insufficient ${name}`)],
    curable: short.every(([name, { nanos }]) => nanos <= amountOf(allocatable, name)),
  };
}

function isWanted({ pod, around }: SchedulingFacts, node: Node): Refusal | undefined {
  if (!isWithFriends(pod, node, around)) return final("node(s) didn't match pod affinity rules");
  if (keepsAway(pod, node, around)) return curable("node(s) didn't match pod anti-affinity rules");
  if (isKeptAway(pod, node, around))
    return curable("node(s) didn't satisfy existing pods anti-affinity rules");
  return undefined;
}
