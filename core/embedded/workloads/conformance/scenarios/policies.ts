import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Scenario } from "../scenario.ts";
import { pod, service, workload } from "./objects.ts";

const quotas = "v1/resourcequotas";
const budgets = "policy/v1/poddisruptionbudgets";

function budget(name: string, spec: object): KubeObject {
  const selector = { matchLabels: { app: "web" } };
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name },
    spec: { selector, ...spec },
  };
}

function quota(name: string, spec: object): KubeObject {
  return { apiVersion: "v1", kind: "ResourceQuota", metadata: { name }, spec };
}

const sized = (cpu: string, memory: string) => ({
  containers: [
    { name: "main", image: "i", resources: { requests: { cpu, memory }, limits: { cpu, memory } } },
  ],
});

export const policyScenarios: readonly Scenario[] = [
  {
    name: "budgets of a Deployment's Pods",
    compared: [budgets, "apps/v1/replicasets", "v1/pods"],
    steps: [
      { create: workload("Deployment", "web", { replicas: 4 }) },
      { until: "apps/v1/deployments", matching: { status: { availableReplicas: 4 } } },
      { create: budget("least", { minAvailable: 3 }) },
      { create: budget("share", { minAvailable: "60%" }) },
      { create: budget("missing", { maxUnavailable: "25%" }) },
      { create: budget("none", { maxUnavailable: 0 }) },
      { until: budgets, count: 4, matching: { status: { observedGeneration: 1, currentHealthy: 4 } } },
    ],
  },
  {
    name: "a budget of Pods that nobody manages",
    compared: [budgets],
    steps: [
      { create: pod("one", { app: "web" }) },
      { until: "v1/pods", matching: { status: { conditions: [{ type: "Ready", status: "True" }] } } },
      { create: budget("share", { maxUnavailable: 1 }) },
      { until: budgets, matching: { status: { observedGeneration: 1 } } },
    ],
  },
  {
    name: "quotas count objects, amounts and scopes",
    compared: [quotas],
    steps: [
      {
        create: quota("all", {
          hard: {
            pods: "10",
            "requests.cpu": "2",
            "limits.memory": "1Gi",
            services: "5",
            "services.nodeports": "3",
            "count/services": "9",
            "count/deployments.apps": "4",
            configmaps: "20",
            secrets: "20",
            persistentvolumeclaims: "3",
            "requests.storage": "5Gi",
            "gold.storageclass.storage.k8s.io/requests.storage": "2Gi",
            resourcequotas: "4",
          },
        }),
      },
      { create: quota("best-effort", { hard: { pods: "2" }, scopes: ["BestEffort"] }) },
      {
        create: quota("ending", { hard: { pods: "2", cpu: "1" }, scopes: ["Terminating", "NotBestEffort"] }),
      },
      { until: quotas, count: 3, matching: { status: { used: { pods: "0" } } } },
      { create: pod("a", {}, sized("250m", "100Mi")) },
      { create: pod("b", {}, { ...sized("1", "0.5Gi"), activeDeadlineSeconds: 3600 }) },
      {
        create: service("ports", {
          type: "NodePort",
          ports: [
            { name: "a", port: 1 },
            { name: "b", port: 2 },
          ],
        }),
      },
      {
        create: {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "gold",
            resources: { requests: { storage: "1Gi" } },
          },
        },
      },
      {
        until: quotas,
        matching: { metadata: { name: "all" }, status: { used: { "services.nodeports": "2", pods: "2" } } },
      },
      { delete: "v1/services/ports" },
      {
        until: quotas,
        matching: { metadata: { name: "all" }, status: { used: { "services.nodeports": "0" } } },
      },
    ],
  },
  {
    name: "a LimitRange fills in and is kept",
    compared: ["v1/pods", "v1/limitranges"],
    steps: [
      {
        create: {
          apiVersion: "v1",
          kind: "LimitRange",
          metadata: { name: "usual" },
          spec: {
            limits: [
              {
                type: "Container",
                default: { cpu: "500m", memory: "256Mi" },
                defaultRequest: { cpu: "100m" },
                max: { cpu: "2" },
                min: { memory: "1Mi" },
                maxLimitRequestRatio: { cpu: "10" },
              },
            ],
          },
        },
      },
      { create: pod("plain", {}) },
      { create: pod("own", {}, sized("1", "64Mi")) },
      { post: "v1/pods", body: { ...pod("huge", {}, sized("3", "64Mi")) } },
      { until: "v1/pods", count: 2, matching: { status: { phase: "Running" } } },
    ],
  },
  {
    name: "dependents go with their owner, or stay",
    compared: ["apps/v1/replicasets", "v1/pods"],
    steps: [
      { create: workload("Deployment", "kept", { replicas: 1 }) },
      { create: workload("Deployment", "gone", { replicas: 1 }) },
      { until: "apps/v1/deployments", count: 2, matching: { status: { availableReplicas: 1 } } },
      { delete: "apps/v1/deployments/kept", propagation: "Orphan" },
      { delete: "apps/v1/deployments/gone", propagation: "Foreground" },
      { until: "apps/v1/deployments", count: 0 },
    ],
  },
];
