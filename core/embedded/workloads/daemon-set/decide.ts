import type { DaemonSet, Node, Pod } from "@catalyst/ports/kubernetes";
import { resolve } from "../common/int-or-percent.ts";
import { isAvailable, isFinished, isReady, isTerminating } from "../common/pod-state.ts";
import { isUpdated, nodeTakes, targetNode } from "./pod.ts";

/** What the next step of a DaemonSet is decided on. Times in milliseconds. */
export interface DaemonFacts {
  readonly set: DaemonSet;
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  /** The hash of the present template. */
  readonly hash: string;
  /** Until when a node's failed Pod is left: one that fails at once isn't replaced at once. */
  readonly failedUntil: (node: string) => number;
  readonly now: number;
}

export interface DaemonPlan {
  /** Nodes that need a Pod. */
  readonly missing: readonly string[];
  readonly surplus: readonly Pod[];
  /** Those of the surplus that ended by themselves. */
  readonly ended: readonly Pod[];
  readonly lookAgainAt?: number | undefined;
}

export function isEmpty({ missing, surplus }: DaemonPlan): boolean {
  return missing.length === 0 && surplus.length === 0;
}

/** Pods by the node they are on or for, those that are gone but for their object left out. */
export function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const result = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (isTerminating(pod) && isFinished(pod)) continue;
    const node = targetNode(pod) ?? "";
    result.set(node, [...(result.get(node) ?? []), pod]);
  }
  for (const on of result.values()) on.sort(byAge);
  return result;
}

/** Gives what to do so that every node has the Pod it should. The rules are upstream's. */
export function planDaemons(facts: DaemonFacts): DaemonPlan {
  const plan = manage(facts);
  const rolls = (facts.set.spec.updateStrategy?.type ?? "RollingUpdate") === "RollingUpdate";
  return isEmpty(plan) && rolls ? { ...roll(facts), lookAgainAt: plan.lookAgainAt } : plan;
}

/** On a node first, then the older. */
function byAge(a: Pod, b: Pod): number {
  const created = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
  return (
    Number(b.spec.nodeName !== undefined) - Number(a.spec.nodeName !== undefined) ||
    (created(a) < created(b) ? -1 : created(a) > created(b) ? 1 : 0) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

interface Draft {
  readonly missing: string[];
  readonly surplus: Pod[];
  readonly ended: Pod[];
  readonly times: number[];
}

function manage(facts: DaemonFacts): DaemonPlan {
  const draft: Draft = { missing: [], surplus: [], ended: [], times: [] };
  const placed = byNode(facts.pods);
  for (const node of facts.nodes) manageNode(facts, node, placed.get(node.metadata.name), draft);
  const known = new Set(facts.nodes.map((node) => node.metadata.name));
  for (const [node, on] of placed)
    if (!known.has(node)) draft.surplus.push(...on.filter(({ spec }) => spec.nodeName === undefined));
  const { missing, surplus, ended, times } = draft;
  return { missing, surplus, ended, lookAgainAt: times.length === 0 ? undefined : Math.min(...times) };
}

function manageNode(facts: DaemonFacts, node: Node, on: readonly Pod[] | undefined, draft: Draft): void {
  const { runs, stays } = nodeTakes(facts.set, node);
  const { name } = node.metadata;
  const living = (on ?? []).filter((pod) => !isTerminating(pod));
  if (!stays) draft.surplus.push(...living);
  else if (on === undefined) {
    if (runs) draft.missing.push(name);
  } else {
    const running = living.filter((pod) => !isFinished(pod));
    removeEnded(facts, name, living.filter(isFinished), draft);
    if (surgeOf(facts.set, 1) === 0) draft.surplus.push(...running.slice(1));
    else if (running.length === 0 && runs) draft.missing.push(name);
    else draft.surplus.push(...superseded(facts, running));
  }
}

/** What ended makes way for another: at once when it succeeded, after a growing wait when it failed. */
function removeEnded(facts: DaemonFacts, node: string, pods: readonly Pod[], draft: Draft): void {
  for (const pod of pods) {
    const until = pod.status?.phase === "Failed" ? facts.failedUntil(node) : 0;
    if (until > facts.now) draft.times.push(until);
    else {
      draft.surplus.push(pod);
      draft.ended.push(pod);
    }
  }
}

/** Of two templates one Pod each may run for a while; the old one goes when it isn't ready or the new one is. */
function superseded({ set, hash, now }: DaemonFacts, running: readonly Pod[]): readonly Pod[] {
  if (running.length <= 1) return [];
  const newest = running.find((pod) => isUpdated(set, pod, hash));
  const oldest = running.find((pod) => !isUpdated(set, pod, hash));
  const others = running.filter((pod) => pod !== newest && pod !== oldest);
  if (newest === undefined || oldest === undefined) return others;
  const isOver = !isReady(oldest) || isAvailable(newest, set.spec.minReadySeconds ?? 0, now);
  return isOver ? [...others, oldest] : others;
}

function surgeOf({ spec }: DaemonSet, total: number): number {
  return resolve(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, total, Math.ceil);
}

/** How one node stands in a rollout; undefined while it has more Pods than it should. */
interface NodeState {
  readonly node: Node | undefined;
  readonly old: Pod | undefined;
  readonly fresh: Pod | undefined;
}

function stateOf({ set, hash, nodes }: DaemonFacts, name: string, on: readonly Pod[]): NodeState | undefined {
  const living = on.filter((pod) => !isTerminating(pod));
  const fresh = living.filter((pod) => isUpdated(set, pod, hash));
  const old = living.filter((pod) => !isUpdated(set, pod, hash));
  if (fresh.length > 1 || old.length > 1) return undefined;
  return { node: nodes.find((node) => node.metadata.name === name), old: old[0], fresh: fresh[0] };
}

function roll(facts: DaemonFacts): DaemonPlan {
  const wanted = facts.nodes.filter((node) => nodeTakes(facts.set, node).runs);
  const placed = new Map(byNode(facts.pods));
  for (const { metadata } of wanted) if (!placed.has(metadata.name)) placed.set(metadata.name, []);
  const states = [...placed].map(([name, on]) => stateOf(facts, name, on));
  const surge = surgeOf(facts.set, wanted.length);
  const rolling = facts.set.spec.updateStrategy?.rollingUpdate;
  const unavailable = resolve(rolling?.maxUnavailable ?? 1, wanted.length, Math.ceil);
  if (surge > 0) return rollBySurge(facts, states, surge, wanted.length);
  return rollInPlace(facts, states, wanted.length > 0 && unavailable === 0 ? 1 : unavailable);
}

/** Deletes old Pods, of which as many may be missing as allowed; those that aren't available are missing already. */
function rollInPlace(
  { set, now }: DaemonFacts,
  states: readonly (NodeState | undefined)[],
  allowed: number,
): DaemonPlan {
  const available = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let missing = 0;
  for (const state of states) {
    const { old, fresh } = state ?? { old: undefined, fresh: undefined };
    if (old === undefined && fresh !== undefined) missing += available(fresh) ? 0 : 1;
    else if (old === undefined || fresh !== undefined) missing++;
    else if (available(old)) candidates.push(old);
    else {
      broken.push(old);
      missing++;
    }
  }
  const room = Math.max(0, allowed - missing);
  return { missing: [], surplus: [...broken, ...candidates.slice(0, room)], ended: [] };
}

/** Creates new Pods beside the old ones, as many more as allowed, and deletes each old one when its new one is there. */
function rollBySurge(
  { set, now }: DaemonFacts,
  states: readonly (NodeState | undefined)[],
  allowed: number,
  wanted: number,
): DaemonPlan {
  const available = (pod: Pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const surplus: Pod[] = [];
  const sunset: Pod[] = [];
  const atOnce: string[] = [];
  const candidates: string[] = [];
  let [surging, serving] = [0, 0];
  for (const state of states) {
    if (state === undefined) {
      surging++;
      continue;
    }
    const { node, old, fresh } = state;
    const present = old ?? fresh;
    if (present !== undefined && available(present)) serving++;
    if (old === undefined) continue;
    if (fresh !== undefined) {
      if (available(fresh)) surplus.push(old);
      else surging++;
    } else if (node === undefined || !nodeTakes(set, node).runs)
      (available(old) ? sunset : surplus).push(old);
    else (available(old) ? candidates : atOnce).push(node.metadata.name);
  }
  surplus.push(...sunset.slice(0, Math.max(0, serving - wanted)));
  const room = Math.max(0, allowed - surging);
  return { missing: [...atOnce, ...candidates.slice(0, room)], surplus, ended: [] };
}
