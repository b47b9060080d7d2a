import { isObject } from "@catalyst/base/json";
import { parseQuantity } from "@catalyst/base/quantity";
import type { Container, KubeObject, LimitRange, PodSpec } from "@catalyst/ports/kubernetes";
import { claimsOf } from "./storage.ts";

/** Amounts by resource (`cpu`, `memory`), in billionths. */
export type Amounts = ReadonlyMap<string, bigint>;

/** What a workload of a release runs: its Pods and how many there will be. */
export interface PlannedPods {
  /** `Deployment web`. */
  readonly workload: string;
  readonly count: bigint;
  readonly pod: PodSpec;
}

const one = 1_000_000_000n;

/** The Pods a release runs at once. A CronJob's come and go and aren't counted; of a DaemonSet one is. */
export function podsOf(objects: readonly KubeObject[]): readonly PlannedPods[] {
  return objects.flatMap((object): readonly PlannedPods[] => {
    const spec = isObject(object.spec) ? object.spec : {};
    const workload = `${object.kind} ${object.metadata.name}`;
    if (object.kind === "Pod") return [{ workload, count: 1n, pod: spec as unknown as PodSpec }];
    const template = isObject(spec["template"]) ? spec["template"]["spec"] : undefined;
    if (!isObject(template)) return [];
    const count = countOf(object.kind, spec);
    return count === undefined ? [] : [{ workload, count, pod: template as unknown as PodSpec }];
  });
}

function countOf(kind: string, spec: Readonly<Record<string, unknown>>): bigint | undefined {
  switch (kind) {
    case "Deployment":
    case "StatefulSet":
    case "ReplicaSet":
      return BigInt(Number(spec["replicas"] ?? 1));
    case "Job":
      return BigInt(Number(spec["parallelism"] ?? 1));
    case "DaemonSet":
      return 1n;
    default:
      return undefined;
  }
}

/** Which side of a container's resources: what it is promised, or the most it gets. */
export type Side = "requests" | "limits";

/** A container's amount as the server will have it; undefined when it names none and gets none. */
export function amountOf(
  container: Container,
  side: Side,
  resource: string,
  ranges: readonly LimitRange[],
): bigint | undefined {
  const own = parsed(container.resources?.[side]?.[resource]);
  if (own !== undefined) return own;
  const limit = side === "requests" ? parsed(container.resources?.limits?.[resource]) : undefined;
  return limit ?? rangeDefault(side, resource, ranges);
}

function rangeDefault(side: Side, resource: string, ranges: readonly LimitRange[]): bigint | undefined {
  const items = ranges.flatMap(({ spec }) => spec?.limits ?? []).filter(({ type }) => type === "Container");
  for (const item of items) {
    const given = side === "requests" ? (item.defaultRequest ?? item.default) : item.default;
    const amount = parsed(given?.[resource]);
    if (amount !== undefined) return amount;
  }
  return undefined;
}

/** A Pod's amount: its containers and sidecars together, or the largest step of its beginning. */
export function podAmount(pod: PodSpec, side: Side, resource: string, ranges: readonly LimitRange[]): bigint {
  const amount = (container: Container) => amountOf(container, side, resource, ranges) ?? 0n;
  const running = pod.containers.reduce((sum, container) => sum + amount(container), 0n);
  let sidecars = 0n;
  let largestStep = 0n;
  for (const container of pod.initContainers ?? []) {
    const own = amount(container);
    if (container.restartPolicy === "Always") sidecars += own;
    const step = container.restartPolicy === "Always" ? sidecars : sidecars + own;
    if (step > largestStep) largestStep = step;
  }
  const whole = running + sidecars;
  return whole > largestStep ? whole : largestStep;
}

/** Counts what a release puts into its namespace against a quota, of what can be told before it is there. */
export function demandOf(
  objects: readonly KubeObject[],
  resource: string,
  ranges: readonly LimitRange[],
): bigint | undefined {
  const pods = podsOf(objects);
  const [side, of] = sideOf(resource);
  if (of === "cpu" || of === "memory")
    return pods.reduce((sum, { pod, count }) => sum + count * podAmount(pod, side, of, ranges), 0n);
  switch (resource) {
    case "pods":
    case "count/pods":
      return pods.reduce((sum, { count }) => sum + count, 0n) * one;
    case "persistentvolumeclaims":
    case "count/persistentvolumeclaims":
      return BigInt(volumesOf(objects).length) * one;
    case "requests.storage":
      return volumesOf(objects).reduce((sum, size) => sum + size, 0n);
    case "services":
    case "count/services":
      return BigInt(objects.filter(({ kind }) => kind === "Service").length) * one;
    default:
      return undefined;
  }
}

/** `limits.cpu` is the limits' side; `cpu` and `requests.cpu` are the requests'. */
export function sideOf(resource: string): readonly [Side, string] {
  if (resource.startsWith("limits.")) return ["limits", resource.slice(7)];
  return ["requests", resource.replace(/^requests\./, "")];
}

/** The size of each volume; a StatefulSet makes one of each template for each Pod. */
function volumesOf(objects: readonly KubeObject[]): readonly bigint[] {
  return objects.flatMap((object) => {
    const times = object.kind === "StatefulSet" ? Number(podsOf([object])[0]?.count ?? 1n) : 1;
    const sizes = claimsOf([object]).map(
      (claim) => parsed(claim.spec?.resources?.requests?.["storage"]) ?? 0n,
    );
    return Array.from({ length: times }, () => sizes).flat();
  });
}

function parsed(amount: string | number | undefined): bigint | undefined {
  return amount === undefined ? undefined : parseQuantity(String(amount))?.nanos;
}
