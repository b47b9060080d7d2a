import {
  amountOf,
  amountsOf,
  hostPorts,
  hostPortsClash,
  type Node,
  podAmounts,
  portsTaken,
} from "@catalyst/ports/kubernetes";
import { curable, final, type Refusal, type SchedulingFacts } from "./facts.ts";
import { matchesNodeAffinity } from "./node-affinity.ts";
import { isKeptAway, isWithFriends, keepsAway } from "./pod-affinity.ts";
import { spreadRule } from "./spread.ts";
import { Supposition } from "./supposition.ts";
import { tolerates, untoleratedTaint } from "./taints.ts";
import { claimNames } from "./volumes.ts";

/** Says why a node doesn't take the Pod; undefined when it does. */
export type Fit = (node: Node) => Refusal | undefined;

/**
 * What says of a node whether it takes the Pod: with what is there, and also once those are there who were promised a
 * place. The checks go in the order and with the words of kube-scheduler's plugins; the first that refuses says why.
 */
export function fitOf(facts: SchedulingFacts): Fit {
  const fits = presentFit(facts);
  return (node) => {
    const promised = facts.promised(node.metadata.name);
    if (promised.length === 0) return fits(node);
    const then = new Supposition(facts, node.metadata.name);
    for (const pod of promised) then.add(pod);
    return presentFit(then)(node) ?? fits(node);
  };
}

function presentFit(facts: SchedulingFacts): Fit {
  const checks = [isOpen, isTolerated, isAskedFor, hasPorts, hasRoom, hasClaims].map(
    (check): Fit =>
      (node) =>
        check(facts, node),
  );
  const ordered: readonly Fit[] = [...checks, spreadRule(facts), (node) => isWanted(facts, node)];
  return (node) => {
    for (const check of ordered) {
      const refusal = check(node);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
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

/** A claim that one Pod alone may use isn't used by another, wherever that is. */
function hasClaims({ pod, around, exclusiveClaims }: SchedulingFacts): Refusal | undefined {
  if (exclusiveClaims.size === 0) return undefined;
  for (const other of around.placed()) {
    const isBeside = other.metadata.namespace === pod.metadata.namespace;
    if (isBeside && claimNames(other).some((name) => exclusiveClaims.has(name))) return claimInUse;
  }
  return undefined;
}

const claimInUse = curable(
  "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
);

function isWanted({ pod, around }: SchedulingFacts, node: Node): Refusal | undefined {
  if (!isWithFriends(pod, node, around)) return final("node(s) didn't match pod affinity rules");
  if (keepsAway(pod, node, around)) return curable("node(s) didn't match pod anti-affinity rules");
  if (isKeptAway(pod, node, around))
    return curable("node(s) didn't satisfy existing pods anti-affinity rules");
  return undefined;
}
