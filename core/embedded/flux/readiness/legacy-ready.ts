import { CatalystError } from "@catalyst/base/errors";
import { jsonEqual } from "@catalyst/base/json";
import { type ClusterClient, type KubeObject, type LabelSelector, selects } from "@catalyst/ports/kubernetes";
import { apiVersionOf, type ObjectId } from "../apply/object-reference.ts";
import type { ResourceTypes } from "../apply/resource-types.ts";
import { type Fields, fieldsOf, numberOf } from "./object-status.ts";

export interface LegacyOptions {
  readonly client: ClusterClient;
  readonly types: ResourceTypes;
  /** Looks whether Jobs are complete as well. */
  readonly jobs: boolean;
}

type Test = (object: KubeObject, options: LegacyOptions) => boolean | Promise<boolean>;

/**
 * Tells whether an object is ready as Helm 3 saw it, and its strategy `legacy` still does: of the kinds that it doesn't
 * know every one is. Throws KubernetesError when it can't be read, and `wait-failed` for a Job that failed for good.
 * Source: ReadyChecker of Helm.
 */
export async function isLegacyReady(id: ObjectId, options: LegacyOptions): Promise<boolean> {
  const key = id.group === "" ? id.kind : `${id.group}/${id.kind}`;
  const test = Object.hasOwn(tests, key) ? tests[key] : undefined;
  if (test === undefined || (key === "batch/Job" && !options.jobs)) return true;
  const type = await options.types.of(options.client, apiVersionOf(id), id.kind);
  return test(await options.client.get(type, id), options);
}

const tests: Readonly<Record<string, Test>> = {
  Pod: isPodReady,
  Service: isServiceReady,
  PersistentVolumeClaim: ({ status }) => fieldsOf(status)["phase"] === "Bound",
  ReplicationController: async (object, options) =>
    isObserved(object) &&
    arePodsReady(object, { matchLabels: fieldsOf(object.spec)["selector"] as Texts }, options),
  "apps/ReplicaSet": async (object, options) =>
    isObserved(object) && arePodsReady(object, fieldsOf(object.spec)["selector"] as LabelSelector, options),
  "apps/Deployment": isDeploymentReady,
  "apps/DaemonSet": isDaemonSetReady,
  "apps/StatefulSet": isStatefulSetReady,
  "batch/Job": isJobReady,
  "apiextensions.k8s.io/CustomResourceDefinition": isDefinitionReady,
};

type Texts = Readonly<Record<string, string>>;

function conditionOf({ status }: KubeObject, type: string): unknown {
  const { conditions } = fieldsOf(status);
  const found = Array.isArray(conditions) ? conditions.find((each) => fieldsOf(each)["type"] === type) : {};
  return fieldsOf(found)["status"];
}

function isObserved({ status, metadata }: KubeObject): boolean {
  return numberOf(fieldsOf(status), "observedGeneration", 0) === metadata.generation;
}

function isPodReady(object: KubeObject): boolean {
  return conditionOf(object, "Ready") === "True";
}

/** A conflict of names isn't for the one who waits to find. */
function isDefinitionReady(object: KubeObject): boolean {
  return conditionOf(object, "Established") === "True" || conditionOf(object, "NamesAccepted") === "False";
}

function isServiceReady({ spec, status }: KubeObject): boolean {
  const { type, clusterIP = "", externalIPs = [] } = fieldsOf(spec);
  if (type === "ExternalName") return true;
  if (clusterIP === "") return false;
  if (type !== "LoadBalancer" || (externalIPs as readonly unknown[]).length > 0) return true;
  return fieldsOf(fieldsOf(status)["loadBalancer"])["ingress"] !== undefined;
}

function isJobReady({ spec, status, metadata }: KubeObject): boolean {
  const fields = fieldsOf(status);
  if (numberOf(fields, "failed", 0) > numberOf(fieldsOf(spec), "backoffLimit", 6)) {
    throw new CatalystError("wait-failed", `job is failed: ${metadata.namespace}/${metadata.name}`);
  }
  const { completions } = fieldsOf(spec);
  return typeof completions !== "number" || numberOf(fields, "succeeded", 0) >= completions;
}

async function podsOf(
  { metadata }: KubeObject,
  selector: LabelSelector | undefined,
  { client, types }: LegacyOptions,
): Promise<readonly KubeObject[]> {
  const type = await types.of(client, "v1", "Pod");
  const { items } = await client.list(type, { namespace: metadata.namespace });
  return items.filter((pod) => selects(selector, pod.metadata.labels));
}

async function arePodsReady(
  object: KubeObject,
  selector: LabelSelector | undefined,
  options: LegacyOptions,
): Promise<boolean> {
  return (await podsOf(object, selector, options)).every(isPodReady);
}

/** A paused one counts as ready. */
async function isDeploymentReady(object: KubeObject, options: LegacyOptions): Promise<boolean> {
  const spec = fieldsOf(object.spec);
  if (spec["paused"] === true) return true;
  const newest = await newReplicaSet(object, options);
  if (newest === undefined || !isObserved(newest) || !isObserved(object)) return false;
  const replicas = numberOf(spec, "replicas", 1);
  const ready = numberOf(fieldsOf(newest.status), "readyReplicas", 0);
  return ready >= replicas - mayBeUnavailable(fieldsOf(spec["strategy"]), replicas);
}

/** The ReplicaSet of a Deployment's present template; the oldest, if there are several. */
async function newReplicaSet(
  deployment: KubeObject,
  { client, types }: LegacyOptions,
): Promise<KubeObject | undefined> {
  const type = await types.of(client, "apps/v1", "ReplicaSet");
  const { namespace, uid } = deployment.metadata;
  const { selector, template } = fieldsOf(deployment.spec);
  const { items } = await client.list(type, { namespace });
  return items
    .filter(
      ({ metadata }) =>
        selects(selector as LabelSelector, metadata.labels) &&
        metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true,
    )
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .find((set) => jsonEqual(withoutHash(fieldsOf(set.spec)["template"]), withoutHash(template)));
}

function order({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}`;
}

function withoutHash(template: unknown): unknown {
  const { metadata, ...rest } = fieldsOf(template);
  const { labels, ...others } = fieldsOf(metadata);
  const { "pod-template-hash": _hash, ...own } = fieldsOf(labels);
  return { ...rest, metadata: { ...others, labels: own } };
}

function mayBeUnavailable(strategy: Fields, replicas: number): number {
  if (strategy["type"] !== "RollingUpdate" || replicas === 0) return 0;
  const { maxSurge, maxUnavailable } = fieldsOf(strategy["rollingUpdate"]);
  const surge = scaled(maxSurge, replicas, Math.ceil);
  const unavailable = scaled(maxUnavailable, replicas, Math.floor);
  return Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, replicas);
}

function scaled(value: unknown, total: number, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : round((Number(percent) * total) / 100);
}

function isDaemonSetReady(object: KubeObject): boolean {
  if (!isObserved(object)) return false;
  const strategy = fieldsOf(fieldsOf(object.spec)["updateStrategy"]);
  if (strategy["type"] !== "RollingUpdate") return true;
  const status = fieldsOf(object.status);
  const desired = numberOf(status, "desiredNumberScheduled", 0);
  if (numberOf(status, "updatedNumberScheduled", 0) !== desired) return false;
  const unavailable = scaled(fieldsOf(strategy["rollingUpdate"])["maxUnavailable"], desired, Math.ceil);
  return numberOf(status, "numberReady", 0) >= desired - unavailable;
}

function isStatefulSetReady(object: KubeObject): boolean {
  if (!isObserved(object)) return false;
  const spec = fieldsOf(object.spec);
  const strategy = fieldsOf(spec["updateStrategy"]);
  if (strategy["type"] !== "RollingUpdate") return true;
  const partition = numberOf(fieldsOf(strategy["rollingUpdate"]), "partition", 0);
  const replicas = numberOf(spec, "replicas", 1);
  const status = fieldsOf(object.status);
  if (numberOf(status, "updatedReplicas", 0) < replicas - partition) return false;
  if (numberOf(status, "readyReplicas", 0) !== replicas) return false;
  return partition !== 0 || status["currentRevision"] === status["updateRevision"];
}
