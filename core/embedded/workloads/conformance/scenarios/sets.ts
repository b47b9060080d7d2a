import type { Scenario } from "../scenario.ts";
import { image, pod, template, workload } from "./objects.ts";

const deployments = "apps/v1/deployments";
const replicaSets = "apps/v1/replicasets";
const statefulSets = "apps/v1/statefulsets";
const daemonSets = "apps/v1/daemonsets";
const revisions = "apps/v1/controllerrevisions";
const pods = "v1/pods";

const available = (replicas: number, generation: number) => ({
  status: {
    observedGeneration: generation,
    availableReplicas: replicas,
    updatedReplicas: replicas,
    replicas,
  },
});

export const setScenarios: readonly Scenario[] = [
  // No more than ten different events of one kind: beyond, it is chance which of them upstream tells as one.
  {
    name: "a Deployment is rolled out twice and keeps one old revision",
    compared: [deployments, replicaSets, pods],
    steps: [
      { create: workload("Deployment", "web", { replicas: 2, revisionHistoryLimit: 1 }) },
      { until: deployments, matching: available(2, 1) },
      { patch: `${deployments}/web`, with: image("2") },
      { until: deployments, matching: available(2, 2) },
      { patch: `${deployments}/web`, with: image("3") },
      { until: deployments, matching: available(2, 3) },
      { until: replicaSets, count: 2 },
    ],
  },
  {
    name: "a Deployment is rolled back and scaled",
    compared: [deployments, replicaSets, pods],
    steps: [
      { create: workload("Deployment", "web", { replicas: 2 }) },
      { until: deployments, matching: available(2, 1) },
      { patch: `${deployments}/web`, with: image("2") },
      { until: deployments, matching: available(2, 2) },
      { patch: `${deployments}/web`, with: image("1") },
      { until: deployments, matching: available(2, 3) },
      { patch: `${deployments}/web`, with: { spec: { replicas: 1, minReadySeconds: 1 } } },
      { until: deployments, matching: available(1, 4) },
    ],
  },
  {
    name: "a Deployment recreates, is paused and goes on",
    compared: [deployments, replicaSets, pods],
    steps: [
      { create: workload("Deployment", "web", { replicas: 2, strategy: { type: "Recreate" } }) },
      { until: deployments, matching: available(2, 1) },
      { patch: `${deployments}/web`, with: { spec: { paused: true } } },
      { until: deployments, matching: { status: { conditions: [{ reason: "DeploymentPaused" }] } } },
      { patch: `${deployments}/web`, with: image("2") },
      { patch: `${deployments}/web`, with: { spec: { paused: false } } },
      { until: deployments, matching: available(2, 4) },
    ],
  },
  {
    name: "a rollout that doesn't come on keeps its proportions and runs out of time",
    compared: [deployments, replicaSets],
    steps: [
      {
        create: workload("Deployment", "web", {
          replicas: 10,
          progressDeadlineSeconds: 3,
          strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
        }),
      },
      { until: deployments, matching: available(10, 1) },
      { patch: `${deployments}/web`, with: { spec: { template: { spec: { schedulerName: "nobody" } } } } },
      { until: replicaSets, matching: { spec: { replicas: 8 }, status: { replicas: 8 } } },
      { until: replicaSets, matching: { spec: { replicas: 5 }, status: { replicas: 5 } } },
      { patch: `${deployments}/web`, with: { spec: { replicas: 30 } } },
      {
        until: deployments,
        matching: { status: { replicas: 33, conditions: [{ reason: "ProgressDeadlineExceeded" }] } },
      },
    ],
  },
  {
    name: "a ReplicaSet adopts and releases",
    compared: [replicaSets, pods],
    steps: [
      { create: pod("stray", { app: "web" }) },
      { create: pod("foreign", { app: "other" }) },
      { create: workload("ReplicaSet", "web", { replicas: 2 }) },
      { until: replicaSets, matching: { status: { readyReplicas: 2 } } },
      { patch: `${pods}/stray`, with: { metadata: { labels: { app: "gone" } } } },
      { until: pods, count: 4 },
      { until: replicaSets, matching: { status: { readyReplicas: 2, replicas: 2 } } },
    ],
  },
  {
    name: "a ReplicationController keeps its Pods within a quota",
    compared: ["v1/replicationcontrollers", "v1/resourcequotas"],
    steps: [
      {
        create: {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "few" },
          spec: { hard: { pods: "2", "count/replicationcontrollers": "5" } },
        },
      },
      { until: "v1/resourcequotas", matching: { status: { used: { pods: "0" } } } },
      {
        create: {
          apiVersion: "v1",
          kind: "ReplicationController",
          metadata: { name: "web" },
          spec: { replicas: 3, template: template("web") },
        },
      },
      {
        until: "v1/replicationcontrollers",
        matching: { status: { readyReplicas: 2, conditions: [{ type: "ReplicaFailure" }] } },
      },
    ],
  },
  {
    name: "a StatefulSet is rolled out by parts, scaled and has other ordinals",
    compared: [statefulSets, revisions, pods],
    steps: [
      { create: workload("StatefulSet", "db", { replicas: 3, serviceName: "db", ordinals: { start: 2 } }) },
      { until: statefulSets, matching: { status: { readyReplicas: 3, availableReplicas: 3 } } },
      {
        patch: `${statefulSets}/db`,
        with: {
          ...image("2"),
          spec: { ...(image("2")["spec"] as object), updateStrategy: { rollingUpdate: { partition: 2 } } },
        },
      },
      {
        until: statefulSets,
        matching: { status: { updatedReplicas: 1, readyReplicas: 3, observedGeneration: 2 } },
      },
      { patch: `${statefulSets}/db`, with: { spec: { replicas: 4 } } },
      { until: statefulSets, matching: { status: { updatedReplicas: 2, readyReplicas: 4 } } },
      { patch: `${statefulSets}/db`, with: { spec: { replicas: 1 } } },
      { until: statefulSets, matching: { status: { replicas: 1, readyReplicas: 1, observedGeneration: 4 } } },
    ],
  },
  {
    name: "a parallel StatefulSet goes all at once and back",
    compared: [statefulSets, revisions, pods],
    steps: [
      { create: workload("StatefulSet", "db", { replicas: 3, podManagementPolicy: "Parallel" }) },
      { until: statefulSets, matching: { status: { availableReplicas: 3 } } },
      { patch: `${statefulSets}/db`, with: image("2") },
      {
        until: statefulSets,
        matching: {
          status: { updatedReplicas: 3, currentReplicas: 3, observedGeneration: 2, readyReplicas: 3 },
        },
      },
      { patch: `${statefulSets}/db`, with: image("1") },
      {
        until: statefulSets,
        matching: {
          status: { updatedReplicas: 3, currentReplicas: 3, observedGeneration: 3, readyReplicas: 3 },
        },
      },
    ],
  },
  {
    name: "a StatefulSet that updates on deletion",
    compared: [statefulSets, revisions, pods],
    steps: [
      { create: workload("StatefulSet", "db", { replicas: 2, updateStrategy: { type: "OnDelete" } }) },
      { until: statefulSets, matching: { status: { availableReplicas: 2 } } },
      { patch: `${statefulSets}/db`, with: image("2") },
      { until: statefulSets, matching: { status: { observedGeneration: 2 } } },
      { delete: `${pods}/db-1` },
      { until: statefulSets, matching: { status: { updatedReplicas: 1, availableReplicas: 2 } } },
    ],
  },
  {
    name: "a DaemonSet is on the node and follows its template",
    compared: [daemonSets, revisions, pods],
    steps: [
      { create: workload("DaemonSet", "agent", {}) },
      { until: daemonSets, matching: { status: { numberAvailable: 1 } } },
      { patch: `${daemonSets}/agent`, with: image("2") },
      {
        until: daemonSets,
        matching: { status: { observedGeneration: 2, updatedNumberScheduled: 1, numberAvailable: 1 } },
      },
      { patch: `${daemonSets}/agent`, with: image("1") },
      {
        until: daemonSets,
        matching: { status: { observedGeneration: 3, updatedNumberScheduled: 1, numberAvailable: 1 } },
      },
    ],
  },
  {
    name: "a DaemonSet whose nodes aren't there",
    compared: [daemonSets, pods],
    steps: [
      {
        create: workload("DaemonSet", "agent", {
          template: template("agent", { nodeSelector: { disk: "ssd" } }),
        }),
      },
      { until: daemonSets, matching: { status: { observedGeneration: 1 } } },
    ],
  },
  {
    name: "a DaemonSet surges",
    compared: [daemonSets, pods],
    steps: [
      {
        create: workload("DaemonSet", "agent", {
          updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        }),
      },
      { until: daemonSets, matching: { status: { numberAvailable: 1 } } },
      { patch: `${daemonSets}/agent`, with: image("2") },
      { until: pods, count: 1, matching: { spec: { containers: [{ image: "registry.local/app:2" }] } } },
      {
        until: daemonSets,
        matching: { status: { observedGeneration: 2, updatedNumberScheduled: 1, numberAvailable: 1 } },
      },
    ],
  },
];
