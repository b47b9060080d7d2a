import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Scenario } from "../scenario.ts";
import { workload } from "./objects.ts";

const autoscalers = "autoscaling/v2/horizontalpodautoscalers";

/** An autoscaler of a Deployment of its own name, by metrics no cluster has without an add-on. */
function autoscaler(name: string, ...metrics: readonly object[]): KubeObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name },
    spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 5, metrics },
  };
}

const selector = { matchLabels: { tier: "gold", app: "shop" } };
const expressions = {
  matchExpressions: [
    { key: "tier", operator: "In", values: ["gold", "silver"] },
    { key: "old", operator: "DoesNotExist" },
  ],
};
const average = { type: "AverageValue", averageValue: "10" };
const value = { type: "Value", value: "20" };
const gateway = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "main" };
const namespaceItself = { apiVersion: "v1", kind: "Namespace", name: "any" };

const metricsByName: Readonly<Record<string, readonly object[]>> = {
  pods: [{ type: "Pods", pods: { metric: { name: "requests" }, target: average } }],
  "pods-selected": [{ type: "Pods", pods: { metric: { name: "requests", selector }, target: average } }],
  object: [{ type: "Object", object: { describedObject: gateway, metric: { name: "hits" }, target: value } }],
  "object-average": [
    {
      type: "Object",
      object: { describedObject: gateway, metric: { name: "hits", selector }, target: average },
    },
  ],
  "object-namespace": [
    { type: "Object", object: { describedObject: namespaceItself, metric: { name: "hits" }, target: value } },
  ],
  external: [{ type: "External", external: { metric: { name: "queue" }, target: value } }],
  "external-average": [{ type: "External", external: { metric: { name: "queue" }, target: average } }],
  "external-selected": [
    { type: "External", external: { metric: { name: "queue", selector }, target: value } },
  ],
  "external-expressions": [
    { type: "External", external: { metric: { name: "queue", selector: expressions }, target: average } },
    { type: "Pods", pods: { metric: { name: "requests" }, target: average } },
  ],
};

const names = Object.keys(metricsByName);

export const autoscalerScenarios: readonly Scenario[] = [
  {
    name: "autoscalers by metrics that nobody serves",
    compared: [autoscalers],
    steps: [
      ...names.map((name) => ({ create: workload("Deployment", name, { replicas: 1 }) })),
      {
        until: "apps/v1/deployments",
        count: names.length,
        matching: { status: { availableReplicas: 1 } },
      },
      ...Object.entries(metricsByName).map(([name, metrics]) => ({ create: autoscaler(name, ...metrics) })),
      {
        until: autoscalers,
        count: names.length,
        matching: { status: { conditions: [{ type: "ScalingActive" }] } },
      },
    ],
  },
];
