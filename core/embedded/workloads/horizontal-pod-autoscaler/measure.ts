import { parseDuration } from "@catalyst/base/duration";
import { errorMessage } from "@catalyst/base/errors";
import { parseQuantity, printQuantity } from "@catalyst/base/quantity";
import {
  amountsOf,
  type ClusterClient,
  type HorizontalPodAutoscaler,
  type LabelSelector,
  type MetricSpec,
  type MetricTarget,
  type Pod,
  type PodMetrics,
  podMetrics,
} from "@catalyst/ports/kubernetes";
import {
  byAverage,
  byUtilization,
  type PodUse,
  type Tolerances,
  thousandths,
  type UsageProposal,
} from "./usage.ts";

/** What one metric proposes. */
export interface Measured {
  readonly replicas: number;
  /** The metric in words. */
  readonly name: string;
  /** An entry of `status.currentMetrics`. */
  readonly status: unknown;
}

/** What couldn't be measured, and why. */
export interface Unmeasured {
  readonly reason: string;
  readonly why: string;
  /** The same with the metric's name before it. */
  readonly message: string;
}

/** What metrics are measured on. */
export interface Subject {
  readonly client: ClusterClient;
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly selector: string;
  readonly pods: readonly Pod[];
  readonly replicas: number;
  readonly now: number;
}

const usualTolerance = 0.1;

/** Measures one metric and tells how many Pods it asks for. */
export async function measure(subject: Subject, spec: MetricSpec): Promise<Measured | Unmeasured> {
  try {
    switch (spec.type) {
      case "Resource": {
        const { name = "", target } = spec.resource ?? { target: noTarget };
        const { proposal, current } = await resourceUse(subject, name, target, undefined);
        const words =
          target.averageValue === undefined ? `${name} resource utilization${share}` : `${name} resource`;
        const status = { type: spec.type, resource: { name, current } };
        return { replicas: proposal.replicas, name: words, status };
      }
      case "ContainerResource": {
        const { name = "", container = "", target } = spec.containerResource ?? { target: noTarget };
        const { proposal, current } = await resourceUse(subject, name, target, container);
        const words =
          target.averageValue === undefined
            ? `${name} container resource utilization${share}`
            : `${name} resource`;
        const status = { type: spec.type, containerResource: { name, container, current } };
        return { replicas: proposal.replicas, name: words, status };
      }
      default: {
        const why = absentApi(subject.autoscaler, spec);
        return unmeasured(spec, why, unservedLabel(spec) + why);
      }
    }
  } catch (error) {
    return unmeasured(spec, errorMessage(error));
  }
}

function unmeasured(spec: MetricSpec, why: string, told = why): Unmeasured {
  return { reason: `FailedGet${spec.type}Metric`, why, message: `failed to get ${label(spec)}: ${told}` };
}

const share = " (percentage of request)";
const noTarget: MetricTarget = { type: "Utilization" };

function label({ type, resource, containerResource, external }: MetricSpec): string {
  switch (type) {
    case "Resource":
      return `${resource?.name} resource metric value`;
    case "ContainerResource":
      return `${containerResource?.container} container metric value`;
    case "Pods":
      return "pods metric value";
    case "Object":
      return "object metric value";
    case "External":
      return `${external?.metric.name} external metric value`;
  }
}

/** How a metric of another source is told of among those that failed. */
function unservedLabel({ object, external }: MetricSpec): string {
  if (object?.target.averageValue !== undefined) return `failed to get ${object.metric.name} object metric: `;
  if (external === undefined) return "";
  const { name } = external.metric;
  const isAverage = external.target.averageValue !== undefined;
  return `failed to get ${isAverage ? `${name} external metric` : `external metric ${name}`}: `;
}

/** Metrics of other sources come from APIs that clusters have by add-ons; where there is none, upstream says so. */
function absentApi({ metadata }: HorizontalPodAutoscaler, { pods, object, external }: MetricSpec): string {
  const custom =
    "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered";
  const { namespace } = metadata;
  if (pods !== undefined) return `unable to get metric ${pods.metric.name}: ${custom}`;
  if (object !== undefined) {
    const { kind, name } = object.describedObject;
    return `unable to get metric ${object.metric.name}: ${kind} on ${namespace} ${name}/${custom}`;
  }
  const { name, selector } = external?.metric ?? {};
  return `unable to get external metric ${namespace}/${name}/${printSelector(selector)}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
}

/** A selector as Kubernetes' own code prints it. */
function printSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "nil";
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const printed = labels.map(([key, value]) => `${key}: ${value},`).join("");
  const requirements = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`,
  );
  const expressions = `[]LabelSelectorRequirement{${requirements.join("")}}`;
  return `&LabelSelector{MatchLabels:map[string]string{${printed}},MatchExpressions:${expressions},}`;
}

interface ResourceUse {
  readonly proposal: UsageProposal;
  readonly current: unknown;
}

async function resourceUse(
  subject: Subject,
  resource: string,
  target: MetricTarget,
  container: string | undefined,
): Promise<ResourceUse> {
  const { pods, replicas, now, autoscaler } = subject;
  const isValue = target.averageValue !== undefined;
  const what = isValue ? "usage" : "utilization";
  try {
    const use = await usedBy(subject, resource, container);
    const facts = { pods, use, replicas, tolerances: tolerancesOf(autoscaler), resource, now };
    const proposal = isValue
      ? byAverage(facts, milli(target.averageValue ?? 0))
      : byUtilization(facts, target.averageUtilization ?? 0, container);
    const format = resource === "memory" ? "binary" : "decimal";
    const averageValue = printQuantity({ nanos: BigInt(proposal.average) * 1_000_000n, format });
    const { utilization } = proposal;
    const current = {
      ...(utilization === undefined ? {} : { averageUtilization: utilization }),
      averageValue,
    };
    return { proposal, current };
  } catch (error) {
    throw new Error(`failed to get ${resource} ${what}: ${errorMessage(error)}`, { cause: error });
  }
}

/** What each Pod uses of a resource; a Pod of which a container isn't measured is left out. */
async function usedBy(
  { client, autoscaler, selector }: Subject,
  resource: string,
  container: string | undefined,
): Promise<ReadonlyMap<string, PodUse>> {
  const items = await listMetrics(client, autoscaler.metadata.namespace, selector, resource);
  const use = new Map<string, PodUse>();
  for (const { metadata, containers, timestamp, window } of items) {
    const asked = container === undefined ? containers : containers.filter(({ name }) => name === container);
    const amounts = asked.map(({ usage }) => amountsOf(usage).get(resource));
    if (amounts.length === 0 || amounts.includes(undefined)) continue;
    const value = amounts.reduce((total, amount) => total + thousandths(amount?.nanos ?? 0n), 0);
    use.set(metadata.name, { value, measuredAt: Date.parse(timestamp), window: parseDuration(window) });
  }
  if (use.size === 0 && container !== undefined)
    throw new Error(`failed to get container metrics: container ${container} not present in metrics`);
  return use;
}

async function listMetrics(
  client: ClusterClient,
  namespace: string | undefined,
  labelSelector: string,
  resource: string,
): Promise<readonly PodMetrics[]> {
  const unable = `unable to get metrics for resource ${resource}:`;
  let items: readonly PodMetrics[];
  try {
    ({ items } = await client.list(podMetrics, { namespace, labelSelector }));
  } catch (error) {
    const why = `unable to fetch metrics from resource metrics API: ${errorMessage(error)}`;
    throw new Error(`${unable} ${why}`, { cause: error });
  }
  if (items.length === 0) throw new Error(`${unable} no metrics returned from resource metrics API`);
  return items;
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler): Tolerances {
  const of = (tolerance: string | number | undefined) =>
    tolerance === undefined ? usualTolerance : milli(tolerance) / 1000;
  return { down: of(spec.behavior?.scaleDown?.tolerance), up: of(spec.behavior?.scaleUp?.tolerance) };
}

function milli(amount: string | number): number {
  return thousandths(parseQuantity(String(amount))?.nanos ?? 0n);
}
