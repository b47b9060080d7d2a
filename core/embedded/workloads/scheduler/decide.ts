import type { Node, Pod } from "@catalyst/ports/kubernetes";
import type { Refusal, SchedulingFacts } from "./facts.ts";
import { fitOf } from "./fit.ts";
import { preempt } from "./preemption.ts";
import { unevenness } from "./spread.ts";

export type SchedulingDecision =
  | { readonly type: "bind"; readonly node: string }
  /** No node takes the Pod; that one will once the victims are gone. */
  | {
      readonly type: "preempt";
      readonly node: string;
      readonly victims: readonly Pod[];
      readonly message: string;
    }
  | {
      readonly type: "unschedulable";
      readonly message: string;
      /** Whether the place that was promised to the Pod remains so. */
      readonly keepsPromise: boolean;
    };

/** Gives the node a Pod is to be on, or why there is none, as kube-scheduler says it. */
export function decidePlace(facts: SchedulingFacts): SchedulingDecision {
  const { pod, nodes, obstacle } = facts;
  if (nodes.length === 0) return unschedulable("no nodes available to schedule pods");
  if (obstacle !== undefined)
    return unschedulable(`0/${nodes.length} nodes are available: ${obstacle}. not found`);
  const fits = fitOf(facts);
  // The place it was promised comes before all others.
  const promised = nodes.find(({ metadata }) => metadata.name === pod.status?.nominatedNodeName);
  if (promised !== undefined && fits(promised) === undefined) return bind(promised);
  const refusals = new Map<string, Refusal>();
  const fitting: Node[] = [];
  for (const node of nodes) {
    const refusal = fits(node);
    if (refusal === undefined) fitting.push(node);
    else refusals.set(node.metadata.name, refusal);
  }
  const [best] = fitting.sort(byPreference(facts, fitting));
  return best === undefined ? withoutPlace(facts, refusals) : bind(best);
}

function bind({ metadata }: Node): SchedulingDecision {
  return { type: "bind", node: metadata.name };
}

function unschedulable(message: string, keepsPromise = false): SchedulingDecision {
  return { type: "unschedulable", message, keepsPromise };
}

/** First what the Pod wishes of spreading, then the emptier node. */
function byPreference(facts: SchedulingFacts, fitting: readonly Node[]): (a: Node, b: Node) => number {
  const uneven = unevenness(facts, fitting);
  const crowd = ({ metadata }: Node) => facts.use(metadata.name).pods.size;
  return (a, b) => uneven(a) - uneven(b) || crowd(a) - crowd(b) || byName(a, b);
}

function byName(a: Node, b: Node): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

function withoutPlace(facts: SchedulingFacts, refusals: ReadonlyMap<string, Refusal>): SchedulingDecision {
  const none = `0/${facts.nodes.length} nodes are available:`;
  const message = `${none} ${counted([...refusals.values()].flatMap(({ reasons }) => reasons))}.`;
  const preemption = preempt(facts, refusals);
  const nor = "no new claims to deallocate, preemption:";
  switch (preemption.type) {
    case "evict":
      return { type: "preempt", node: preemption.node, victims: preemption.victims, message };
    case "ineligible":
      return unschedulable(`${message} ${nor} ${preemption.why}`, true);
    case "helpless":
      return unschedulable(`${message} ${nor} ${none} ${counted(preemption.reasons)}.`);
  }
}

function counted(reasons: readonly string[]): string {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => `${all.length} ${reason}`)
    .sort()
    .join(", ");
}
