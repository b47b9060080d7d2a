import {
  type LabelSelector,
  labelOf,
  type Node,
  type Pod,
  selects,
  type TopologySpreadConstraint,
} from "@catalyst/ports/kubernetes";
import { curable, final, type Refusal, type SchedulingFacts } from "./facts.ts";
import { matchesNodeAffinity } from "./node-affinity.ts";
import { untoleratedTaint } from "./taints.ts";

const unmatched = "node(s) didn't match pod topology spread constraints";
const hostname = "kubernetes.io/hostname";

/** How many Pods that a constraint is about are in each of its domains. */
interface Spread {
  readonly constraint: TopologySpreadConstraint;
  readonly domains: ReadonlyMap<string, number>;
  /** Whether the Pod itself is one of those it is about. */
  readonly countsItself: boolean;
}

/**
 * What refuses a node where a domain would have too many Pods more than the one with the fewest. The rules are those of
 * upstream's PodTopologySpread; the constraints of a cluster's own, which only wish, are left out.
 */
export function spreadRule(facts: SchedulingFacts): (node: Node) => Refusal | undefined {
  const constraints = constraintsOf(facts.pod, "DoNotSchedule");
  if (constraints.length === 0) return () => undefined;
  const spreads = constraints.map((constraint) => measure(facts, constraint, constraints));
  return (node) => {
    for (const { constraint, domains, countsItself } of spreads) {
      const { topologyKey, maxSkew, minDomains = 1 } = constraint;
      const domain = labelOf(node.metadata.labels ?? {}, topologyKey);
      if (domain === undefined) return final(`${unmatched} (missing required label)`);
      const least = domains.size < minDomains ? 0 : Math.min(...domains.values());
      const skew = (domains.get(domain) ?? 0) + (countsItself ? 1 : 0) - least;
      if (skew > maxSkew) return curable(unmatched);
    }
    return undefined;
  };
}

/**
 * How uneven the Pods would be that the Pod's wishes for spreading are about, on each of the nodes that take it: the
 * smaller, the better. Source: the score of upstream's PodTopologySpread.
 */
export function unevenness(facts: SchedulingFacts, nodes: readonly Node[]): (node: Node) => number {
  const constraints = constraintsOf(facts.pod, "ScheduleAnyway");
  const able = new Set(nodes.filter((node) => hasLabels(node, constraints)));
  const spreads = constraints.map((constraint) => ({
    ...measure(facts, constraint, constraints),
    // Domains of few values aren't to be drowned by those of many.
    weight: Math.log(domainsOf(able, constraint.topologyKey) + 2),
  }));
  return (node) => {
    if (!able.has(node)) return Number.MAX_SAFE_INTEGER;
    const scores = spreads.map(({ constraint, domains, weight }) => {
      const count = domains.get(labelOf(node.metadata.labels ?? {}, constraint.topologyKey) ?? "") ?? 0;
      return count * weight + constraint.maxSkew - 1;
    });
    return Math.round(scores.reduce((sum, score) => sum + score, 0));
  };
}

function domainsOf(nodes: ReadonlySet<Node>, key: string): number {
  if (key === hostname) return nodes.size;
  return new Set([...nodes].map(({ metadata }) => metadata.labels?.[key])).size;
}

function constraintsOf(
  { spec, metadata }: Pod,
  action: TopologySpreadConstraint["whenUnsatisfiable"],
): readonly TopologySpreadConstraint[] {
  return (spec.topologySpreadConstraints ?? [])
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action)
    .map((constraint) => ({
      ...constraint,
      labelSelector: ofRevision(constraint, metadata.labels ?? {}),
    }));
}

/** The selector, narrowed to Pods that have the same values as this one for the labels named by key. */
function ofRevision(
  { labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint,
  labels: Readonly<Record<string, string>>,
): LabelSelector | undefined {
  if (labelSelector === undefined) return undefined;
  const same = matchLabelKeys.flatMap((key) => {
    const value = labelOf(labels, key);
    return value === undefined ? [] : [{ key, operator: "In", values: [value] }];
  });
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...same] };
}

function measure(
  facts: SchedulingFacts,
  constraint: TopologySpreadConstraint,
  all: readonly TopologySpreadConstraint[],
): Spread {
  const { pod, nodes, use } = facts;
  const domains = new Map<string, number>();
  for (const node of nodes) {
    if (!hasLabels(node, all) || !counts(constraint, pod, node)) continue;
    const domain = node.metadata.labels?.[constraint.topologyKey] ?? "";
    const there = countPods(use(node.metadata.name).pods.values(), constraint.labelSelector, pod);
    domains.set(domain, (domains.get(domain) ?? 0) + there);
  }
  const countsItself = selects(constraint.labelSelector, pod.metadata.labels);
  return { constraint, domains, countsItself };
}

function hasLabels({ metadata }: Node, constraints: readonly TopologySpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => labelOf(metadata.labels ?? {}, topologyKey) !== undefined);
}

/** Whether a node's domain counts for a Pod that may not be there itself. */
function counts(
  { nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" }: TopologySpreadConstraint,
  pod: Pod,
  node: Node,
): boolean {
  if (nodeAffinityPolicy === "Honor" && !matchesNodeAffinity(pod, node)) return false;
  const isTainted = untoleratedTaint(pod.spec.tolerations, node, ["NoSchedule", "NoExecute"]) !== undefined;
  return nodeTaintsPolicy === "Ignore" || !isTainted;
}

/** How many of these a selector is about; one without any requirement counts none, as upstream. */
function countPods(pods: Iterable<Pod>, selector: LabelSelector | undefined, { metadata }: Pod): number {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  if (Object.keys(matchLabels).length + matchExpressions.length === 0) return 0;
  let count = 0;
  for (const { metadata: other } of pods) {
    const isThere = other.namespace === metadata.namespace && other.deletionTimestamp === undefined;
    if (isThere && selects(selector, other.labels)) count++;
  }
  return count;
}
