import { type ClusterClient, type KubeObject, KubernetesError } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import { objectIdOf } from "../apply/object-reference.ts";
import { ResourceTypes } from "../apply/resource-types.ts";
import { isLegacyReady } from "./legacy-ready.ts";

type Fields = Readonly<Record<string, unknown>>;

function object(apiVersion: string, kind: string, spec: Fields = {}, status: Fields = {}): KubeObject {
  const metadata = { name: "web", namespace: "shop", generation: 2, uid: "u", labels: { app: "web" } };
  return { apiVersion, kind, metadata, spec, status } as unknown as KubeObject;
}

/** A cluster that holds these objects and no others. */
function holding(objects: readonly KubeObject[]): ClusterClient {
  return {
    get: async (type: { kind: string }, { name }: { name: string }) => {
      const found = objects.find((each) => each.kind === type.kind && each.metadata.name === name);
      if (found !== undefined) return found;
      throw new KubernetesError("kubernetes-not-found", 404, "NotFound", `${type.kind} "${name}" not found`);
    },
    list: async (type: { kind: string }) => ({ items: objects.filter((each) => each.kind === type.kind) }),
    resourceType: async (_apiVersion: string, kind: string) => ({ kind, namespaced: true }),
  } as unknown as ClusterClient;
}

const ready = { conditions: [{ type: "Ready", status: "True" }] };
const observed = { observedGeneration: 2 };
const selector = { matchLabels: { app: "web" } };
const pod = (status: Fields) => object("v1", "Pod", {}, status);
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [] } };
const rolling = (fields: Fields) => ({ type: "RollingUpdate", rollingUpdate: fields });

function deployment(spec: Fields, status: Fields = observed): KubeObject {
  return object("apps/v1", "Deployment", { selector, template, replicas: 4, ...spec }, status);
}

function replicaSet(readyReplicas: number, image?: string): KubeObject {
  const labels = { app: "web", "pod-template-hash": "abc" };
  const containers = image === undefined ? [] : [{ image }];
  const made = object(
    "apps/v1",
    "ReplicaSet",
    { template: { metadata: { labels }, spec: { containers } } },
    { ...observed, readyReplicas },
  );
  const ownerReferences = [
    { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u", controller: true },
  ];
  return { ...made, metadata: { ...made.metadata, ownerReferences } } as KubeObject;
}

const stateful = (spec: Fields, status: Fields) =>
  object(
    "apps/v1",
    "StatefulSet",
    { replicas: 3, updateStrategy: rolling({}), ...spec },
    {
      ...observed,
      updatedReplicas: 3,
      readyReplicas: 3,
      currentRevision: "a",
      updateRevision: "a",
      ...status,
    },
  );
const daemons = (updateStrategy: Fields, status: Fields) =>
  object("apps/v1", "DaemonSet", { updateStrategy }, { ...observed, desiredNumberScheduled: 10, ...status });
const job = (spec: Fields, status: Fields) => object("batch/v1", "Job", { backoffLimit: 1, ...spec }, status);
const services = (spec: Fields, status: Fields = {}) => object("v1", "Service", spec, status);
const definition = (type: string, status: string) =>
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, { conditions: [{ type, status }] });

test.each<[string, boolean, readonly KubeObject[]]>([
  ["a kind that it doesn't know", true, [object("v1", "ConfigMap")]],
  ["a Pod that is ready", true, [pod(ready)]],
  ["a Pod that has succeeded", false, [pod({ phase: "Succeeded" })]],
  ["a claim that is bound", true, [object("v1", "PersistentVolumeClaim", {}, { phase: "Bound" })]],
  ["a claim that isn't", false, [object("v1", "PersistentVolumeClaim", {}, { phase: "Pending" })]],
  ["a Service with an address", true, [services({ clusterIP: "10.0.0.1" })]],
  ["a Service without", false, [services({})]],
  ["a Service that is elsewhere", true, [services({ type: "ExternalName" })]],
  ["a balancer without an address", false, [services({ type: "LoadBalancer", clusterIP: "10.0.0.1" })]],
  [
    "a balancer with one",
    true,
    [
      services(
        { type: "LoadBalancer", clusterIP: "10.0.0.1" },
        { loadBalancer: { ingress: [{ ip: "10.0.0.2" }] } },
      ),
    ],
  ],
  [
    "a balancer with one of its own",
    true,
    [services({ type: "LoadBalancer", clusterIP: "10.0.0.1", externalIPs: ["10.0.0.2"] })],
  ],
  ["a Deployment without its ReplicaSet", false, [deployment({}), replicaSet(4, "other")]],
  ["a paused Deployment", true, [deployment({ paused: true })]],
  ["a Deployment with all Pods", true, [deployment({}), replicaSet(4)]],
  ["a Deployment that isn't observed", false, [deployment({}, { observedGeneration: 1 }), replicaSet(4)]],
  [
    "a Deployment with as many as must be there",
    true,
    [deployment({ strategy: rolling({ maxSurge: "25%", maxUnavailable: "25%" }) }), replicaSet(3)],
  ],
  [
    "a Deployment that may lack one since it can't surge",
    true,
    [deployment({ strategy: rolling({ maxSurge: 0, maxUnavailable: "10%" }) }), replicaSet(3)],
  ],
  [
    "a Deployment with fewer",
    false,
    [deployment({ strategy: rolling({ maxUnavailable: 1, maxSurge: 1 }) }), replicaSet(2)],
  ],
  ["a ReplicaSet with its Pods", true, [object("apps/v1", "ReplicaSet", { selector }, observed), pod(ready)]],
  [
    "a ReplicaSet with one that isn't ready",
    false,
    [object("apps/v1", "ReplicaSet", { selector }, observed), pod({})],
  ],
  [
    "a ReplicationController with one that isn't ready",
    false,
    [object("v1", "ReplicationController", { selector: { app: "web" } }, observed), pod({})],
  ],
  [
    "a DaemonSet where enough is ready",
    true,
    [daemons(rolling({ maxUnavailable: "11%" }), { updatedNumberScheduled: 10, numberReady: 8 })],
  ],
  [
    "a DaemonSet where it isn't",
    false,
    [daemons(rolling({ maxUnavailable: 1 }), { updatedNumberScheduled: 10, numberReady: 8 })],
  ],
  [
    "a DaemonSet that is being updated",
    false,
    [daemons(rolling({ maxUnavailable: 1 }), { updatedNumberScheduled: 9, numberReady: 10 })],
  ],
  ["a DaemonSet that nobody updates", true, [daemons({ type: "OnDelete" }, {})]],
  ["a StatefulSet", true, [stateful({}, {})]],
  ["a StatefulSet between revisions", false, [stateful({}, { updateRevision: "b" })]],
  [
    "a StatefulSet of which a part is updated",
    true,
    [stateful({ updateStrategy: rolling({ partition: 2 }) }, { updatedReplicas: 1, updateRevision: "b" })],
  ],
  ["a StatefulSet with too few", false, [stateful({}, { readyReplicas: 2 })]],
  [
    "a StatefulSet that nobody updates",
    true,
    [stateful({ updateStrategy: { type: "OnDelete" } }, { readyReplicas: 0 })],
  ],
  ["a Job that is complete", true, [job({ completions: 2 }, { succeeded: 2, failed: 1 })]],
  ["a Job that isn't", false, [job({ completions: 2 }, { succeeded: 1 })]],
  ["a definition that is served", true, [definition("Established", "True")]],
  ["a definition whose names are taken", true, [definition("NamesAccepted", "False")]],
  ["a definition that isn't served yet", false, [definition("Established", "False")]],
])("%s is ready: %s", async (_case, isReady, objects) => {
  const options = { client: holding(objects), types: new ResourceTypes(), jobs: true };
  expect(await isLegacyReady(objectIdOf(objects[0] as KubeObject), options)).toBe(isReady);
});

test("a Job isn't looked at where Jobs aren't waited for, and ends the wait where it has failed for good", async () => {
  const failing = job({}, { failed: 2 });
  const options = { client: holding([failing]), types: new ResourceTypes() };
  expect(await isLegacyReady(objectIdOf(failing), { ...options, jobs: false })).toBe(true);
  await expect(isLegacyReady(objectIdOf(failing), { ...options, jobs: true })).rejects.toThrow(
    "job is failed: shop/web",
  );
});
