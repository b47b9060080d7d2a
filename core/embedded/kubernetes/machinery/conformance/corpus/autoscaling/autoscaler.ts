import { changes, kindCorpus, mutations } from "../corpus.ts";

const target = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };

const base = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "corpus" },
  spec: { scaleTargetRef: target, maxReplicas: 3 },
};

const utilization = { type: "Utilization", averageUtilization: 50 };
const cpu = { type: "Resource", resource: { name: "cpu", target: utilization } };
const average = { type: "AverageValue", averageValue: "10" };
const pods = { type: "Pods", pods: { metric: { name: "requests" }, target: average } };
const described = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "web" };
const object = {
  type: "Object",
  object: {
    describedObject: described,
    metric: { name: "requests" },
    target: { type: "Value", value: "10" },
  },
};
const external = {
  type: "External",
  external: {
    metric: { name: "queue", selector: { matchLabels: { a: "b" } } },
    target: { type: "Value", value: "10" },
  },
};
const container = {
  type: "ContainerResource",
  containerResource: { name: "cpu", container: "web", target: utilization },
};
const policy = { type: "Pods", value: 1, periodSeconds: 60 };

const sharedTable = {
  "spec.minReplicas": [0, -1, 2, 5],
  "spec.maxReplicas": [0, -1, 1, undefined],
  "spec.scaleTargetRef": [undefined, {}],
  "spec.scaleTargetRef.kind": ["", "a/b"],
  "spec.scaleTargetRef.name": ["", ".."],
  "spec.scaleTargetRef.apiVersion": [undefined, "v1", "a/b/c"],
  "a ReplicationController": { "spec.scaleTargetRef": { kind: "ReplicationController", name: "web" } },
};

/** What is tried of a HorizontalPodAutoscaler. */
export const autoscalerCorpus = kindCorpus(
  "autoscaling/v2/HorizontalPodAutoscaler",
  mutations(base, {
    ...sharedTable,
    "spec.metrics": [
      [],
      [cpu],
      [pods],
      [object],
      [external],
      [container],
      [{ type: "Other" }],
      [{}],
      [{ type: "Resource" }],
      [{ ...cpu, pods: pods.pods }],
      [{ type: "Pods", resource: cpu.resource }],
      [cpu, object],
    ],
    "from zero without a metric for it": { "spec.minReplicas": 0, "spec.metrics": [cpu] },
    "from zero": { "spec.minReplicas": 0, "spec.metrics": [external] },
    ...Object.fromEntries(
      [
        {},
        { type: "Other", averageUtilization: 1 },
        { type: "Utilization" },
        { type: "Utilization", averageUtilization: 0 },
        { type: "Utilization", averageUtilization: 50, averageValue: "1" },
        { type: "AverageValue", averageValue: "0" },
        { type: "AverageValue", averageValue: "-1" },
      ].map((one) => [
        `a resource's target ${JSON.stringify(one)}`,
        { "spec.metrics": [{ type: "Resource", resource: { name: "cpu", target: one } }] },
      ]),
    ),
    "a resource without a name": {
      "spec.metrics": [{ type: "Resource", resource: { name: "", target: utilization } }],
    },
    ...Object.fromEntries(
      [
        { name: "", container: "", target: utilization },
        { name: "gpu", container: "web", target: utilization },
        { name: "example.com/gpu", container: "web", target: utilization },
        { name: "a b", container: "Bad", target: {} },
      ].map((one) => [
        `a container's ${JSON.stringify(one)}`,
        { "spec.metrics": [{ type: "ContainerResource", containerResource: one }] },
      ]),
    ),
    ...Object.fromEntries(
      [
        { metric: {}, target: {} },
        { metric: { name: "a/b" }, target: { type: "Value", value: "0" } },
        { metric: { name: "a" }, target: { type: "AverageValue", averageValue: "-1" } },
      ].map((one) => [`of pods ${JSON.stringify(one)}`, { "spec.metrics": [{ type: "Pods", pods: one }] }]),
    ),
    ...Object.fromEntries(
      [
        { metric: {}, target: {} },
        { metric: { name: "a" }, target: { type: "Value", value: "1", averageValue: "1" } },
      ].map((one) => [
        `external ${JSON.stringify(one)}`,
        { "spec.metrics": [{ type: "External", external: one }] },
      ]),
    ),
    ...Object.fromEntries(
      [
        { describedObject: {}, metric: {}, target: {} },
        {
          describedObject: { kind: "Service", name: "a" },
          metric: { name: "a" },
          target: { type: "Value", value: "1" },
        },
        {
          describedObject: { ...described, apiVersion: "a/b/c" },
          metric: { name: "a" },
          target: { type: "Value" },
        },
      ].map((one) => [
        `of an object ${JSON.stringify(one)}`,
        { "spec.metrics": [{ type: "Object", object: one }] },
      ]),
    ),
    "spec.behavior": [
      {},
      { scaleUp: {} },
      { scaleDown: { selectPolicy: "Disabled" } },
      { scaleDown: { selectPolicy: "Other" } },
      { scaleUp: { stabilizationWindowSeconds: -1 } },
      { scaleDown: { stabilizationWindowSeconds: 3601 } },
      { scaleUp: { tolerance: "-1" } },
      { scaleUp: { tolerance: "0.5" } },
      { scaleUp: { policies: [policy] } },
      { scaleUp: { policies: [{}] } },
      { scaleUp: { policies: [{ ...policy, type: "Other" }] } },
      { scaleUp: { policies: [{ ...policy, value: 0 }] } },
      { scaleUp: { policies: [{ ...policy, periodSeconds: 0 }] } },
      { scaleUp: { policies: [{ ...policy, periodSeconds: 1801 }] } },
    ],
    status: [{ currentReplicas: 3 }],
  }),
  changes(base, {
    "spec.maxReplicas": [5, 0],
    "spec.minReplicas": [4, 0],
    "spec.scaleTargetRef": [
      { kind: "ReplicationController", name: "a" },
      { kind: "Deployment", name: "a" },
    ],
    "metadata.labels": [{ a: "b" }],
    "spec.metrics": [[external]],
  }),
  changes(
    base,
    {
      "status.currentReplicas": [3, -1],
      "status.desiredReplicas": [3, -1],
      "status.conditions": [
        [{ type: "AbleToScale", status: "True" }],
        [
          { type: "AbleToScale", status: "True" },
          { type: "AbleToScale", status: "False" },
        ],
      ],
      "spec.maxReplicas": [5],
    },
    { subresource: "status" },
    "status: ",
  ),
);

const older = { ...base, apiVersion: "autoscaling/v1" };

/** What is tried of an autoscaler in its older version. */
export const olderAutoscalerCorpus = kindCorpus(
  "autoscaling/v1/HorizontalPodAutoscaler",
  mutations(older, {
    ...sharedTable,
    "spec.targetCPUUtilizationPercentage": [50, 0, -1],
  }),
  changes(older, {
    "spec.targetCPUUtilizationPercentage": [50, undefined, 0],
    "spec.maxReplicas": [5],
  }),
);
