import { type Node, type Pod, type PodDisruptionBudget, selects } from "@catalyst/ports/kubernetes";
import { priorityOf, type Refusal, type SchedulingFacts } from "./facts.ts";
import { fitOf } from "./fit.ts";
import { Supposition } from "./supposition.ts";

/** Whether others have to go for a Pod that no node takes. */
export type Preemption =
  | { readonly type: "evict"; readonly node: string; readonly victims: readonly Pod[] }
  /** Others are on their way already, or may not be asked to go: what was promised to the Pod stays promised. */
  | { readonly type: "ineligible"; readonly why: string }
  /** It wouldn't help: why, for each node. */
  | { readonly type: "helpless"; readonly reasons: readonly string[] };

/** What would make one node take the Pod. */
interface Candidate {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly Pod[];
  /** How many victims a budget keeps. */
  readonly violations: number;
}

/**
 * Finds the Pods of lower priority that have to go for a Pod that no node takes, `refusals` being why, by the nodes'
 * names. The rules are those of upstream's DefaultPreemption; all nodes are looked at, not a sample of them.
 */
export function preempt(facts: SchedulingFacts, refusals: ReadonlyMap<string, Refusal>): Preemption {
  const why = ineligible(facts, refusals);
  if (why !== undefined) return { type: "ineligible", why };
  const candidates: Candidate[] = [];
  const reasons: string[] = [];
  for (const node of facts.nodes) {
    const isCurable = refusals.get(node.metadata.name)?.curable === true;
    const found = isCurable
      ? victimsOn(facts, node)
      : { reasons: ["Preemption is not helpful for scheduling"] };
    if ("victims" in found) candidates.push(found);
    else reasons.push(...found.reasons);
  }
  const [best] = candidates.sort(bySacrifice);
  return best === undefined ? { type: "helpless", reasons } : { type: "evict", ...best };
}

function ineligible(
  { pod, use }: SchedulingFacts,
  refusals: ReadonlyMap<string, Refusal>,
): string | undefined {
  if (pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = pod.status?.nominatedNodeName;
  if (nominated === undefined || refusals.get(nominated)?.curable !== true) return undefined;
  const isOnItsWay = [...use(nominated).pods.values()].some(
    (other) => priorityOf(other) < priorityOf(pod) && isLeavingForOthers(other),
  );
  return isOnItsWay ? "not eligible due to a terminating pod on the nominated node." : undefined;
}

function isLeavingForOthers({ metadata, status }: Pod): boolean {
  const condition = status?.conditions?.find(({ type }) => type === "DisruptionTarget");
  const isPreempted = condition?.status === "True" && condition.reason === "PreemptionByScheduler";
  return metadata.deletionTimestamp !== undefined && isPreempted;
}

/** The fewest and least important Pods whose end makes a node take the Pod, or why even the end of all doesn't. */
function victimsOn(facts: SchedulingFacts, node: Node): Candidate | Pick<Refusal, "reasons"> {
  const { name } = node.metadata;
  const lower = [...facts.use(name).pods.values()].filter((pod) => priorityOf(pod) < priorityOf(facts.pod));
  if (lower.length === 0) return { reasons: ["No preemption victims found for incoming pod"] };
  const supposed = new Supposition(facts, name);
  for (const pod of lower) supposed.remove(pod);
  const refusal = fitOf(supposed)(node);
  if (refusal !== undefined) return refusal;
  const { kept, free } = byBudget(lower.sort(byImportance), facts.budgets());
  // Whom it isn't necessary to send away stays: first those that a budget keeps, each time the most important first.
  const goes = (pod: Pod) => {
    supposed.add(pod);
    if (fitOf(supposed)(node) === undefined) return false;
    supposed.remove(pod);
    return true;
  };
  const violating = kept.filter(goes);
  const victims = [...violating, ...free.filter(goes)].sort(byImportance);
  return { node: name, victims, violations: violating.length };
}

/** The most important first: by priority, then by age. */
function byImportance(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || compare(startOf(a), startOf(b)) || byName(a, b);
}

/** Pods that haven't started yet are the youngest. */
function startOf({ status }: Pod): number {
  return status?.startTime === undefined ? Number.POSITIVE_INFINITY : Date.parse(status.startTime);
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function byName(a: Pod, b: Pod): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** Tells the Pods whose end a budget allows from those it keeps; each one that goes uses budgets up. */
function byBudget(
  pods: readonly Pod[],
  budgets: readonly PodDisruptionBudget[],
): { readonly kept: readonly Pod[]; readonly free: readonly Pod[] } {
  const left = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const kept: Pod[] = [];
  const free: Pod[] = [];
  for (const pod of pods) {
    const own = budgets.filter((budget) => guards(budget, pod));
    for (const budget of own) left.set(budget, (left.get(budget) ?? 0) - 1);
    (own.some((budget) => (left.get(budget) ?? 0) < 0) ? kept : free).push(pod);
  }
  return { kept, free };
}

/** Whether a budget counts a Pod's end. It has counted the end of a Pod whose eviction was granted already. */
function guards({ metadata, spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  const isOfNobody = Object.keys(matchLabels).length + matchExpressions.length === 0;
  const { name, namespace, labels = {} } = pod.metadata;
  if (metadata.namespace !== namespace || isOfNobody || Object.keys(labels).length === 0) return false;
  return selects(spec?.selector, labels) && !Object.hasOwn(status?.disruptedPods ?? {}, name);
}

/** The candidate whose victims matter least first. The criteria and their order are upstream's. */
function bySacrifice(a: Candidate, b: Candidate): number {
  return (
    a.violations - b.violations ||
    highest(a) - highest(b) ||
    weight(a) - weight(b) ||
    a.victims.length - b.victims.length ||
    compare(eldest(b), eldest(a)) ||
    (a.node < b.node ? -1 : 1)
  );
}

function highest({ victims }: Candidate): number {
  return Math.max(...victims.map(priorityOf));
}

/** Priorities together, each made positive: many Pods of a negative one are more than one of them. */
function weight({ victims }: Candidate): number {
  return victims.reduce((sum, pod) => sum + priorityOf(pod) + 2 ** 31, 0);
}

/** When the first of the most important victims started. */
function eldest(candidate: Candidate): number {
  const top = highest(candidate);
  return Math.min(...candidate.victims.filter((pod) => priorityOf(pod) === top).map(startOf));
}
