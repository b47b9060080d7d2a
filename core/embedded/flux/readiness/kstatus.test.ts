import type { KubeObject } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { objectStatus } from "./kstatus.ts";

const now = Date.UTC(2026, 0, 1);
const object = (
  apiVersion: string,
  kind: string,
  spec: object,
  status: object,
  metadata: object = {},
): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", generation: 1, ...metadata },
  spec,
  status: { observedGeneration: 1, ...status },
});
const condition = (type: string, status = "True", reason = "", message = "") => ({
  type,
  status,
  reason,
  message,
});
const available = [condition("Available"), condition("Progressing", "True", "NewReplicaSetAvailable")];
const full = {
  replicas: 2,
  updatedReplicas: 2,
  readyReplicas: 2,
  availableReplicas: 2,
  conditions: available,
};
const deployment = (status: object, metadata: object = {}) =>
  object("apps/v1", "Deployment", { replicas: 2, progressDeadlineSeconds: 600 }, status, metadata);

describe("objectStatus", () => {
  it.each<[string, KubeObject, string, string]>([
    ["a Deployment with all its Pods", deployment(full), "Current", "Deployment is available. Replicas: 2"],
    ["one without enough Pods", deployment({ ...full, replicas: 1 }), "InProgress", "Replicas: 1/2"],
    ["one with old Pods", deployment({ ...full, updatedReplicas: 1 }), "InProgress", "Updated: 1/2"],
    ["one with Pods too many", deployment({ ...full, replicas: 3 }), "InProgress", "Pending termination: 1"],
    [
      "one nobody has looked at",
      deployment(full, { generation: 2 }),
      "InProgress",
      "Deployment generation is 2, but latest observed generation is 1",
    ],
    [
      "one past its deadline",
      deployment({ ...full, conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] }),
      "Failed",
      "Progress deadline exceeded",
    ],
    [
      "one being deleted",
      deployment(full, { deletionTimestamp: "x" }),
      "Terminating",
      "Resource scheduled for deletion",
    ],
    [
      "a StatefulSet between revisions",
      object(
        "apps/v1",
        "StatefulSet",
        {},
        { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: "a", updateRevision: "b" },
      ),
      "InProgress",
      "Waiting for updated revision to match current",
    ],
    [
      "a running Job",
      object("batch/v1", "Job", {}, { startTime: "x", active: 1 }),
      "InProgress",
      "Job in progress. success:0, active: 1, failed: 0",
    ],
    [
      "a failed Job",
      object("batch/v1", "Job", {}, { failed: 1, conditions: [condition("Failed")] }),
      "Failed",
      "Job Failed. failed: 1/1",
    ],
    [
      "a claim without a volume",
      object("v1", "PersistentVolumeClaim", {}, { phase: "Pending" }),
      "InProgress",
      "PVC is not Bound. phase: Pending",
    ],
    [
      "a Pod in a crash loop",
      object(
        "v1",
        "Pod",
        {},
        {
          phase: "Running",
          containerStatuses: [{ name: "c", state: { waiting: { reason: "CrashLoopBackOff" } } }],
        },
      ),
      "Failed",
      "Containers in CrashLoop state: c",
    ],
    [
      "a Pod nobody can place",
      object(
        "v1",
        "Pod",
        {},
        { phase: "Pending", conditions: [condition("PodScheduled", "False", "Unschedulable")] },
        { creationTimestamp: "2025-12-31T00:00:00Z" },
      ),
      "Failed",
      "Pod could not be scheduled",
    ],
    [
      "a custom object that isn't ready",
      object("a/v1", "Thing", {}, { conditions: [condition("Ready", "False", "", "why")] }),
      "InProgress",
      "why",
    ],
    [
      "a stalled one",
      object("a/v1", "Thing", {}, { conditions: [condition("Stalled", "True", "", "why")] }),
      "Failed",
      "why",
    ],
    ["one without conditions", object("a/v1", "Thing", {}, {}), "Current", "Resource is current"],
  ])("says of %s", (_name, given, status, message) => {
    expect(objectStatus(given, now)).toEqual({ status, message });
  });
});
