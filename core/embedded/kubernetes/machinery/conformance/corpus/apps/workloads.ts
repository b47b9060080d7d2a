import { changes, kindCorpus, mutations } from "../corpus.ts";
import { common, template, workload } from "./objects.ts";

const changed = {
  "nothing changed": {},
  "metadata.annotations": [{ a: "b" }],
  "metadata.labels": [{ a: "b" }],
  "spec.replicas": [3, -1],
  "spec.selector": [{ matchLabels: { app: "other" } }, undefined],
  "spec.template.spec.containers[0].image": ["other", ""],
  "spec.template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
  "selector and labels together": {
    "spec.selector.matchLabels.app": "other",
    "spec.template.metadata.labels.app": "other",
  },
};

const counts = {
  "status.replicas": [1, -1],
  "status.readyReplicas": [1, -1],
  "status.availableReplicas": [1],
  "status.observedGeneration": [1, -1],
  "status.collisionCount": [1, -1],
  "status.conditions": [[{ type: "Available", status: "True" }]],
  "all there": { "status.replicas": 2, "status.readyReplicas": 2, "status.availableReplicas": 2 },
  "more available than ready": {
    "status.replicas": 2,
    "status.readyReplicas": 1,
    "status.availableReplicas": 2,
  },
  "spec.replicas": [5],
  "metadata.labels": [{ a: "b" }],
};

const collided = { collisionCount: 2 };

const deployment = workload("Deployment");
const share = (maxUnavailable: unknown, maxSurge: unknown) => ({ maxUnavailable, maxSurge });

export const deployments = kindCorpus(
  "apps/v1/Deployment",
  mutations(deployment, {
    ...common,
    "spec.paused": [true],
    "spec.progressDeadlineSeconds": [0, 5, -1],
    "a deadline before anything is ready": { "spec.progressDeadlineSeconds": 5, "spec.minReadySeconds": 5 },
    "spec.strategy": [
      {},
      { type: "Recreate" },
      { type: "Recreate", rollingUpdate: {} },
      { type: "RollingUpdate" },
      { type: "Other" },
      { rollingUpdate: share(1, 0) },
    ],
    "spec.strategy.rollingUpdate": [
      share(0, 0),
      share("0%", "0%"),
      share("0%", 1),
      share(-1, -1),
      share("101%", "200%"),
      share("x", "5"),
      share("25%", "1.5%"),
      share("-5%", ""),
    ],
  }),
  changes(deployment, changed),
  changes(
    deployment,
    {
      ...counts,
      "status.updatedReplicas": [1, -1],
      "status.unavailableReplicas": [1, -1],
      "status.terminatingReplicas": [1, -1],
    },
    { subresource: "status" },
    "status: ",
  ),
  changes(
    deployment,
    { "status.collisionCount": [1, undefined, 3] },
    { subresource: "status", status: collided },
    "status after collisions: ",
  ),
);

const replicaSet = workload("ReplicaSet");

export const replicaSets = kindCorpus(
  "apps/v1/ReplicaSet",
  mutations(replicaSet, common),
  changes(replicaSet, changed),
  changes(
    replicaSet,
    { ...counts, "status.fullyLabeledReplicas": [1, -1], "status.terminatingReplicas": [1, -1] },
    { subresource: "status" },
    "status: ",
  ),
);

const daemonSet = workload("DaemonSet");

export const daemonSets = kindCorpus(
  "apps/v1/DaemonSet",
  mutations(daemonSet, {
    ...common,
    "metadata.annotations[deprecated.daemonset.template.generation]": ["5", "x", "-1"],
    "spec.updateStrategy": [
      { type: "OnDelete" },
      { type: "OnDelete", rollingUpdate: {} },
      { type: "Other" },
      { rollingUpdate: share(0, 0) },
      { rollingUpdate: share(1, 1) },
      { rollingUpdate: share("0%", "10%") },
      { rollingUpdate: share("101%", 0) },
      { rollingUpdate: share(-1, "x") },
    ],
  }),
  changes(daemonSet, changed),
  changes(
    daemonSet,
    {
      "status.currentNumberScheduled": [1, -1],
      "status.numberMisscheduled": [1, -1],
      "status.desiredNumberScheduled": [1, -1],
      "status.numberReady": [1, -1],
      "status.updatedNumberScheduled": [1, -1],
      "status.numberAvailable": [1, -1],
      "status.numberUnavailable": [1, -1],
      "status.collisionCount": [1, -1],
    },
    { subresource: "status" },
    "status: ",
  ),
);

const set = workload("StatefulSet");
const claim = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

export const statefulSets = kindCorpus(
  "apps/v1/StatefulSet",
  mutations(set, {
    ...common,
    "spec.serviceName": ["web", "Web", "a.b"],
    "spec.podManagementPolicy": ["Parallel", "Other"],
    "spec.ordinals": [{}, { start: 5 }, { start: -1 }],
    "spec.updateStrategy": [
      { type: "OnDelete" },
      { type: "OnDelete", rollingUpdate: {} },
      { type: "Other" },
      { type: "RollingUpdate" },
      { rollingUpdate: { partition: 3 } },
      { rollingUpdate: { partition: -1 } },
      { rollingUpdate: { maxUnavailable: "200%" } },
    ],
    "spec.persistentVolumeClaimRetentionPolicy": [
      { whenDeleted: "Delete" },
      { whenScaled: "Other", whenDeleted: "Other" },
    ],
    "spec.volumeClaimTemplates": [
      [claim],
      [{ ...claim, metadata: {} }],
      [{ metadata: { name: "data" }, spec: {} }],
      [{ ...claim, spec: { ...claim.spec, resources: { requests: { storage: "1.5" } } } }],
      [{ ...claim, spec: { ...claim.spec, accessModes: ["Other", "ReadWriteOncePod", "ReadWriteOnce"] } }],
    ],
    "a claim that is mounted": {
      "spec.volumeClaimTemplates": [claim],
      "spec.template.spec.containers[0].volumeMounts": [{ name: "data", mountPath: "/d" }],
    },
    "a claim that isn't there": {
      "spec.template.spec.containers[0].volumeMounts": [{ name: "data", mountPath: "/d" }],
    },
    "a claim named as a volume": {
      "spec.volumeClaimTemplates": [claim],
      "spec.template.spec.volumes": [{ name: "data", emptyDir: {} }],
    },
    "spec.template.spec.hostname": ["Bad_"],
    "spec.template.spec.subdomain": ["Bad_"],
  }),
  changes(
    { ...set, spec: { ...set.spec, volumeClaimTemplates: [claim] } },
    {
      ...changed,
      "spec.serviceName": ["other"],
      "spec.podManagementPolicy": ["Parallel"],
      "spec.volumeClaimTemplates": [undefined, []],
      "spec.volumeClaimTemplates[0].spec.resources.requests.storage": ["2Gi"],
      "spec.ordinals": [{ start: 1 }],
      "spec.minReadySeconds": [5],
      "spec.revisionHistoryLimit": [5, -5],
      "spec.updateStrategy.rollingUpdate.partition": [1],
      "spec.persistentVolumeClaimRetentionPolicy.whenDeleted": ["Delete"],
    },
  ),
  changes(
    set,
    { ...counts, "status.currentReplicas": [1, -1], "status.updatedReplicas": [1, -1] },
    { subresource: "status" },
    "status: ",
  ),
  changes(
    set,
    { "status.collisionCount": [1, undefined, 3] },
    { subresource: "status", status: { replicas: 0, ...collided } },
    "status after collisions: ",
  ),
);

const revision = {
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: { name: "web-1" },
  revision: 1,
  data: { spec: { template } },
};

export const controllerRevisions = kindCorpus(
  "apps/v1/ControllerRevision",
  mutations(revision, { revision: [0, -1], data: [undefined, {}, [], "a", 5] }),
  changes(revision, { revision: [2, -1], data: [{ a: "b" }, undefined], "metadata.labels": [{ a: "b" }] }),
);
