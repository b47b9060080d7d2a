import { amountOf, amountsOf, type Container, ownAmounts, type Pod } from "@catalyst/ports/kubernetes";
import { isReady } from "../common/pod-state.ts";

/** What one Pod uses, in thousandths, and how that was measured (milliseconds). */
export interface PodUse {
  readonly value: number;
  readonly measuredAt: number;
  readonly window: number;
}

/** How much use may differ from what is wanted without anything being done about it: 0.1 is a tenth. */
export interface Tolerances {
  readonly down: number;
  readonly up: number;
}

/** What a number of Pods is computed from. */
export interface UsageFacts {
  readonly pods: readonly Pod[];
  /** By the Pods' names. */
  readonly use: ReadonlyMap<string, PodUse>;
  readonly replicas: number;
  readonly tolerances: Tolerances;
  /** Starting takes CPU: for `cpu` a Pod counts only once that is over. */
  readonly resource: string | undefined;
  readonly now: number;
}

export interface UsageProposal {
  readonly replicas: number;
  /** The average of a Pod, in thousandths. */
  readonly average: number;
  /** The average in per cent of what is requested. */
  readonly utilization?: number | undefined;
}

/** How long a Pod is starting, and how long it may take to be ready for the first time (milliseconds); upstream's. */
const startPeriod = 5 * 60_000;
const firstReadiness = 30_000;

/** Compares the average with an absolute target (thousandths). Throws when there is nothing to compare. */
export function byAverage(facts: UsageFacts, target: number): UsageProposal {
  const measure = (use: ReadonlyMap<string, number>) => {
    const average = Math.trunc(sum(use.values()) / use.size);
    return { ratio: average / target, average };
  };
  return propose(facts, measure, () => target);
}

/** Compares use with requests, in per cent. Throws when a container requests nothing. */
export function byUtilization(facts: UsageFacts, target: number, container?: string): UsageProposal {
  const { pods, resource = "" } = facts;
  const requests = new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));
  const measure = (use: ReadonlyMap<string, number>) => {
    const requested = sum([...use.keys()].map((name) => requests.get(name) ?? 0));
    if (requested === 0) throw new Error("no metrics returned matched known pods");
    const used = sum(use.values());
    const utilization = Math.trunc((used * 100) / requested);
    return { ratio: utilization / target, average: Math.trunc(used / use.size), utilization };
  };
  // A Pod nothing is known of counts as using all it may when that keeps Pods, and nothing when that adds none.
  const full = (name: string) => ((requests.get(name) ?? 0) * Math.max(100, target)) / 100;
  return propose(facts, measure, full);
}

type Measure = (use: ReadonlyMap<string, number>) => {
  readonly ratio: number;
  readonly average: number;
  readonly utilization?: number;
};

/** The number of Pods that would be used as wanted. The rules are upstream's (replica calculator). */
function propose(facts: UsageFacts, measure: Measure, full: (name: string) => number): UsageProposal {
  const { pods, replicas, tolerances } = facts;
  if (pods.length === 0) throw new Error("no pods returned by selector while calculating replica count");
  const groups = groupPods(facts);
  if (groups.measured.size === 0)
    throw new Error("did not receive metrics for targeted pods (pods might be unready)");
  const { ratio, ...told } = measure(groups.measured);
  const addsUnready = groups.unready.length > 0 && ratio > 1;
  if (!addsUnready && groups.missing.length === 0) {
    const stays = isWithin(ratio, tolerances);
    return { ...told, replicas: stays ? replicas : Math.ceil(ratio * groups.measured.size) };
  }
  const use = new Map(groups.measured);
  for (const name of groups.missing) {
    if (ratio < 1) use.set(name, full(name));
    else if (ratio > 1) use.set(name, 0);
  }
  if (addsUnready) for (const name of groups.unready) use.set(name, 0);
  const { ratio: careful } = measure(use);
  const turns = (ratio < 1 && careful > 1) || (ratio > 1 && careful < 1);
  if (isWithin(careful, tolerances) || turns) return { ...told, replicas };
  const proposed = Math.ceil(careful * use.size);
  const contradicts = (careful < 1 && proposed > replicas) || (careful > 1 && proposed < replicas);
  return { ...told, replicas: contradicts ? replicas : proposed };
}

export function isWithin(ratio: number, { down, up }: Tolerances): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

interface Groups {
  readonly measured: ReadonlyMap<string, number>;
  readonly unready: readonly string[];
  /** Pods of which nothing was measured. */
  readonly missing: readonly string[];
}

function groupPods({ pods, use, resource, now }: UsageFacts): Groups {
  const measured = new Map<string, number>();
  const unready: string[] = [];
  const missing: string[] = [];
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const phase = pod.status?.phase;
    if (deletionTimestamp !== undefined || phase === "Failed") continue;
    const known = use.get(name);
    if (phase === "Pending") unready.push(name);
    else if (known === undefined) missing.push(name);
    else if (resource === "cpu" && isStarting(pod, known, now)) unready.push(name);
    else measured.set(name, known.value);
  }
  return { measured, unready, missing };
}

function isStarting(pod: Pod, { measuredAt, window }: PodUse, now: number): boolean {
  const condition = pod.status?.conditions?.find(({ type }) => type === "Ready");
  const startTime = pod.status?.startTime;
  if (condition === undefined || startTime === undefined) return true;
  const started = Date.parse(startTime);
  const changed = Date.parse(condition.lastTransitionTime ?? startTime);
  if (started + startPeriod > now) return !isReady(pod) || measuredAt < changed + window;
  return !isReady(pod) && started + firstReadiness > changed;
}

/** What a Pod requests, in thousandths; of one container when that is named. */
function requestOf(pod: Pod, resource: string, container: string | undefined): number {
  const own = (pod.spec["resources"] as Container["resources"] | undefined)?.requests;
  if (own !== undefined && container === undefined)
    return thousandths(amountOf(ownAmounts(pod.spec, "requests"), resource));
  const sidecars = (pod.spec.initContainers ?? []).filter((each) => each.restartPolicy === "Always");
  const containers = [...pod.spec.containers, ...sidecars];
  const asked = container === undefined ? containers : containers.filter(({ name }) => name === container);
  if (asked.length === 0) throw new Error(`container ${container} not found in Pod ${pod.metadata.name}`);
  return sum(
    asked.map(({ name, resources }) => {
      const request = amountsOf(resources?.requests).get(resource);
      if (request !== undefined) return thousandths(request.nanos);
      throw new Error(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
    }),
  );
}

/** Billionths as thousandths, rounded up. */
export function thousandths(nanos: bigint): number {
  return Number((nanos + 999_999n) / 1_000_000n);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
