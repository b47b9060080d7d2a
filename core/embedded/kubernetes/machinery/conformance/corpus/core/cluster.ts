import { common, template } from "../apps/objects.ts";
import { changes, kindCorpus, mutations } from "../corpus.ts";

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } };

const finalizers = [["plain"], ["a.example/b"], ["a/b/c", "kubernetes"], [], undefined];

export const namespaces = kindCorpus(
  "v1/Namespace",
  mutations(namespace, {
    "metadata.name": ["a.b", "A", "x".repeat(64)],
    "metadata.namespace": ["other"],
    "metadata.labels": [{ "kubernetes.io/metadata.name": "other" }],
    "spec.finalizers": [["plain"], ["a.example/b"], ["kubernetes", "a b"]],
    "status.phase": ["Terminating"],
  }),
  changes(namespace, {
    "metadata.labels": [{}, { a: "b" }, { "a b": "c" }],
    "metadata.annotations": [{ a: "b" }, { "a b": "c" }],
    "spec.finalizers": finalizers,
    "status.phase": ["Terminating"],
  }),
  changes(
    namespace,
    { "status.phase": ["Terminating", "Other", undefined], "metadata.labels": [{ a: "b" }] },
    { subresource: "status" },
    "status: ",
  ),
  changes(
    namespace,
    { "spec.finalizers": finalizers, "metadata.labels": [{ a: "b" }], "status.phase": ["Terminating"] },
    { subresource: "finalize" },
    "finalize: ",
  ),
);

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n" } };
const taint = { key: "a", value: "b", effect: "NoSchedule" };

export const nodes = kindCorpus(
  "v1/Node",
  mutations(node, {
    "metadata.name": ["a.b", "A_"],
    "spec.taints": [
      [taint],
      [{ key: "a b", value: "c d", effect: "" }],
      [{ key: "a", effect: "Other" }],
      [taint, { ...taint, value: "c" }],
    ],
    "spec.podCIDR": ["10.0.0.0/24"],
    "spec.podCIDRs": [
      ["10.0.0.0/24"],
      ["x"],
      ["10.0.0.1/24"],
      ["10.0.0.0/24", "10.0.1.0/24"],
      ["10.0.0.0/24", "2001:db8::/64"],
    ],
    "spec.providerID": ["a"],
    "spec.externalID": ["a"],
    "spec.unschedulable": [true],
    "spec.configSource": [{ configMap: { name: "a", namespace: "b", kubeletConfigKey: "c" } }],
    "status.capacity": [{ cpu: "1" }, { cpu: "-1", pods: "1.5", "a.example/b": "0.5" }],
    "status.allocatable": [{ memory: "-1" }],
    "status.declaredFeatures": [["A", "B"], ["B", "A"], ["A", "A"], ["a b"]],
    "status.nodeInfo": [
      {
        architecture: "a",
        bootID: "b",
        containerRuntimeVersion: "c",
        kernelVersion: "d",
        kubeProxyVersion: "e",
        kubeletVersion: "f",
        machineID: "g",
        operatingSystem: "h",
        osImage: "i",
        systemUUID: "j",
        swap: { capacity: 0 },
      },
    ],
    "metadata.annotations[scheduler.alpha.kubernetes.io/taints]": ['[{"key":"a b","effect":"Other"}]'],
  }),
  changes(
    { ...node, spec: { podCIDRs: ["10.0.0.0/24"], providerID: "a" } },
    {
      "spec.podCIDRs": [["10.0.1.0/24"], undefined, ["10.0.0.0/24", "2001:db8::/64"]],
      "to another network": { "spec.podCIDR": "10.0.1.0/24", "spec.podCIDRs": ["10.0.1.0/24"] },
      "spec.providerID": ["b", ""],
      "spec.externalID": ["a"],
      "spec.taints": [[taint], [taint, taint]],
      "spec.unschedulable": [true],
      "metadata.labels": [{ a: "b" }],
      "spec.configSource": [{ configMap: { name: "a", namespace: "b", kubeletConfigKey: "c" } }],
    },
    {},
  ),
  changes(
    node,
    {
      "status.addresses": [
        [{ type: "InternalIP", address: "192.0.2.1" }],
        [
          { type: "InternalIP", address: "192.0.2.1" },
          { type: "InternalIP", address: "192.0.2.1" },
        ],
      ],
      "status.capacity": [{ cpu: "1" }, { cpu: "-1" }],
      "status.conditions": [[{ type: "Ready", status: "True" }]],
      "spec.unschedulable": [true],
    },
    { subresource: "status" },
    "status: ",
  ),
);

const limit = { type: "Container", max: { cpu: "2" }, min: { cpu: "1" } };
const range = {
  apiVersion: "v1",
  kind: "LimitRange",
  metadata: { name: "limits" },
  spec: { limits: [limit] },
};

export const limitRanges = kindCorpus(
  "v1/LimitRange",
  mutations(range, {
    "metadata.name": ["a.b", "A"],
    "spec.limits": [
      undefined,
      [],
      [limit, limit],
      [{ type: "Other" }],
      [{ type: "a.example/b", max: { "a.example/c": "1" } }],
      [{ type: "" }],
      [{ type: "a b" }],
      [{ type: "Container", max: { other: "1" } }],
      [{ type: "Container", max: { "a b": "1" } }],
      [{ type: "Container", max: { storage: "1" } }],
      [{ type: "Container", max: { cpu: "1" }, min: { cpu: "2" } }],
      [{ type: "Container", min: { cpu: "2" }, defaultRequest: { cpu: "1" }, default: { cpu: "1" } }],
      [{ type: "Container", max: { cpu: "2" }, defaultRequest: { cpu: "3" }, default: { cpu: "4" } }],
      [{ type: "Container", defaultRequest: { cpu: "3" }, default: { cpu: "2" } }],
      [{ type: "Container", max: { cpu: "2" } }],
      [{ type: "Container", min: { cpu: "2" } }],
      [{ type: "Container", default: { "a.example/b": "2" }, defaultRequest: { "a.example/b": "1" } }],
      [{ type: "Container", maxLimitRequestRatio: { cpu: "0.5" } }],
      [{ type: "Container", max: { cpu: "2" }, min: { cpu: "1" }, maxLimitRequestRatio: { cpu: "3" } }],
      [
        {
          type: "Container",
          max: { memory: "2Gi" },
          min: { memory: "1Gi" },
          maxLimitRequestRatio: { memory: "1.5" },
        },
      ],
      [{ type: "Pod", max: { cpu: "2" } }],
      [{ type: "Pod", max: { cpu: "2" }, default: { cpu: "1" }, defaultRequest: { cpu: "1" } }],
      [{ type: "PersistentVolumeClaim" }],
      [{ type: "PersistentVolumeClaim", max: { storage: "1" } }],
      [{ type: "PersistentVolumeClaim", min: { cpu: "1" } }],
    ],
  }),
  changes(range, { "spec.limits": [[{ type: "Other" }], [{ type: "Pod", max: { cpu: "2" } }]] }),
);

const quota = {
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "quota" },
  spec: { hard: { pods: "5" } },
};
const matches = (matchExpressions: unknown) => ({ matchExpressions });

export const quotas = kindCorpus(
  "v1/ResourceQuota",
  mutations(quota, {
    "spec.hard": [
      undefined,
      {},
      { pods: "1.5" },
      { pods: "-1" },
      { cpu: "1", "requests.cpu": "1", "limits.memory": "1Gi" },
      { other: "1" },
      { "a b": "1" },
      { storage: "1" },
      { "count/deployments.apps": "1" },
      { "requests.nvidia.com/gpu": "1" },
      { "a.example/b": "1" },
      { "hugepages-2Mi": "2Mi", "requests.hugepages-2Mi": "2Mi" },
      { "requests.cpu": "2", "limits.cpu": "1" },
      { cpu: "2", "limits.cpu": "1", memory: "2", "limits.memory": "1" },
      { cpu: "100u" },
    ],
    "spec.scopes": [
      ["Terminating"],
      ["Other"],
      ["BestEffort"],
      ["BestEffort", "NotBestEffort"],
      ["Terminating", "NotTerminating"],
      ["PriorityClass"],
      ["VolumeAttributesClass"],
    ],
    "a scope that isn't for the resource": {
      "spec.hard": { services: "1", cpu: "1" },
      "spec.scopes": ["BestEffort"],
    },
    "spec.scopeSelector": [
      {},
      matches([{ scopeName: "PriorityClass", operator: "In", values: ["a"] }]),
      matches([{ scopeName: "PriorityClass", operator: "In" }]),
      matches([{ scopeName: "PriorityClass", operator: "Exists", values: ["a"] }]),
      matches([{ scopeName: "Other", operator: "Other" }]),
      matches([{ scopeName: "Terminating", operator: "In", values: ["a"] }]),
      matches([
        { scopeName: "BestEffort", operator: "Exists" },
        { scopeName: "NotBestEffort", operator: "Exists" },
      ]),
    ],
  }),
  changes(
    { ...quota, spec: { ...quota.spec, scopes: ["Terminating"] } },
    {
      "spec.hard": [{ pods: "7" }, { other: "1" }],
      "spec.scopes": [["NotTerminating"], undefined],
      "metadata.labels": [{ a: "b" }],
    },
  ),
  changes(
    quota,
    {
      "status.hard": [{ pods: "5" }, { other: "1" }, { pods: "-1" }],
      "status.used": [{ pods: "1.5" }],
      "spec.hard": [{ pods: "7" }],
    },
    { subresource: "status" },
    "status: ",
  ),
);

const labels = { app: "web" };
const controller = {
  apiVersion: "v1",
  kind: "ReplicationController",
  metadata: { name: "web" },
  spec: { selector: labels, template },
};
const { "spec.selector": _selector, "spec.revisionHistoryLimit": _limit, ...shared } = common;

export const replicationControllers = kindCorpus(
  "v1/ReplicationController",
  mutations(controller, {
    ...shared,
    "spec.selector": [undefined, {}, { app: "other" }, { "a b": "c d" }],
  }),
  changes(controller, {
    "spec.replicas": [3, -1],
    "spec.selector": [{ app: "other" }],
    "spec.template.spec.containers[0].image": ["other"],
    "spec.template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
    "metadata.labels": [{ a: "b" }],
  }),
  changes(
    controller,
    {
      "status.replicas": [1, -1],
      "status.readyReplicas": [1, -1],
      "status.availableReplicas": [1],
      "status.fullyLabeledReplicas": [1],
      "status.observedGeneration": [-1],
      "spec.replicas": [5],
    },
    { subresource: "status" },
    "status: ",
  ),
);

const podTemplate = { apiVersion: "v1", kind: "PodTemplate", metadata: { name: "web" }, template };

export const podTemplates = kindCorpus(
  "v1/PodTemplate",
  mutations(podTemplate, {
    "metadata.name": ["a.b", "A"],
    template: [undefined],
    "template.metadata.labels": [{ "a b": "c" }],
    "template.spec.containers": [[]],
    "template.spec.restartPolicy": ["Never", "Other"],
    "template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
  }),
  changes(podTemplate, {
    "template.spec.containers[0].image": ["other", ""],
    "template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
  }),
);

const event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "a.1", namespace: "default" },
  involvedObject: { kind: "Pod", namespace: "default", name: "a" },
};
const modern = {
  ...event,
  eventTime: "2026-01-01T00:00:00.000000Z",
  reportingComponent: "a.example/b",
  reportingInstance: "c",
  action: "D",
  reason: "E",
};

export const events = kindCorpus(
  "v1/Event",
  mutations(event, {
    "metadata.name": ["A b", "a/b", ".."],
    "involvedObject.namespace": ["other", undefined],
    type: ["Normal", "Other"],
    reason: ["x".repeat(200)],
    message: ["x".repeat(2000)],
  }),
  mutations(
    modern,
    {
      reportingComponent: [undefined, "a b"],
      reportingInstance: [undefined, "x".repeat(129)],
      action: [undefined, "x".repeat(129)],
      reason: [undefined, "x".repeat(129)],
      message: ["x".repeat(1025)],
      "involvedObject.namespace": [undefined, "other"],
    },
    "with its time: ",
  ),
  changes(event, { message: ["b"], reason: ["c"], "involvedObject.name": ["b"] }),
);
