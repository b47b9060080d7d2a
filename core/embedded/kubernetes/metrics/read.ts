import { rfc3339 } from "@catalyst/base/clock";
import { formatDuration } from "@catalyst/base/duration";
import type { ContainerUsage, PodUsage } from "@catalyst/ports/containers";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { notFound } from "../request/errors.ts";
import type { Verb } from "../server/verb.ts";
import { type Entry, keyFor } from "../storage/entry.ts";
import { selectionOf } from "../verbs/selection.ts";
import { metricsGroup } from "./kinds.ts";

const apiVersion = `${metricsGroup}/v1beta1`;

/** The verb that answers for metrics, which are measured when they are asked for and never stored; undefined for others. */
export function metricsVerb({ kind }: Call, verb: string): Verb | undefined {
  if (kind.group !== metricsGroup) return undefined;
  return { get: getMetrics, list: listMetrics }[verb];
}

async function getMetrics(call: Call): Promise<Answer> {
  const { namespace, name = "" } = call.route;
  const key = keyFor(namespace, name);
  const entry = (await measured(call)).find((each) => each.key === key);
  if (entry === undefined) throw notFound(call.kind, name);
  return { type: "object", status: 200, object: entry.object };
}

async function listMetrics(call: Call): Promise<Answer> {
  const selection = selectionOf(call);
  const entries = (await measured(call)).filter((entry) => selection.matches(entry));
  return { type: "list", entries, metadata: { resourceVersion: "" } };
}

async function measured(call: Call): Promise<readonly Entry[]> {
  const usages = (await call.parts.node?.stats?.(call.cluster.name)) ?? [];
  const known = usages.flatMap((usage) => {
    const { namespace, name, uid } = usage.identity;
    const pod = call.cluster.find("/pods", namespace, name);
    return pod?.metadata.uid === uid && usage.containers.length > 0 ? [{ usage, pod }] : [];
  });
  const objects =
    call.kind.plural === "pods"
      ? known.map(({ usage, pod }) => podMetrics(pod, usage))
      : nodeMetrics(call, known);
  return objects
    .map((object) => ({
      id: 0,
      key: keyFor(object.metadata.namespace, object.metadata.name),
      object,
      revision: 0,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function podMetrics({ metadata }: KubeObject, usage: PodUsage): KubeObject {
  const { name, namespace, labels } = metadata;
  const timestamp = rfc3339(usage.measuredAt);
  return {
    kind: "PodMetrics",
    apiVersion,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      creationTimestamp: timestamp,
      ...(labels === undefined ? {} : { labels }),
    },
    timestamp,
    window: formatDuration(usage.window),
    containers: usage.containers.map((container) => ({ name: container.name, usage: printed([container]) })),
  };
}

interface Known {
  readonly usage: PodUsage;
  readonly pod: KubeObject;
}

/** A node uses what its Pods of this cluster do: the machine may be the node of others too. */
function nodeMetrics({ cluster, parts }: Call, known: readonly Known[]): readonly KubeObject[] {
  const now = rfc3339(parts.clock.now());
  return cluster.list("/nodes", false).flatMap(({ object: { metadata } }) => {
    const own = known.filter(
      ({ pod }) => (pod.spec as { readonly nodeName?: string }).nodeName === metadata.name,
    );
    const window = own[0]?.usage.window;
    if (window === undefined) return [];
    const { name, labels } = metadata;
    return {
      kind: "NodeMetrics",
      apiVersion,
      metadata: { name, creationTimestamp: now, ...(labels === undefined ? {} : { labels }) },
      timestamp: now,
      window: formatDuration(window),
      usage: printed(own.flatMap(({ usage }) => usage.containers)),
    };
  });
}

/** In the units of upstream's metrics-server. */
function printed(containers: readonly ContainerUsage[]): Readonly<Record<string, string>> {
  const cores = containers.reduce((total, { cpuCores }) => total + cpuCores, 0);
  const bytes = containers.reduce((total, { memoryBytes }) => total + memoryBytes, 0);
  const nanos = Math.round(cores * 1e9);
  return { cpu: nanos === 0 ? "0" : `${nanos}n`, memory: `${Math.round(bytes / 1024)}Ki` };
}
