import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import {
  current,
  type Fields,
  failed,
  fieldsOf,
  inProgress,
  numberOf,
  type ObjectStatus,
} from "./object-status.ts";

type Rule = (object: KubeObject, now: number) => ObjectStatus;

/** A Pod that can't be placed is given this long before it counts as failed. */
const scheduleWindow = 15_000;

/** The status of a built-in kind that has a rule of its own; undefined for the others. Source: kstatus. */
export function builtinStatus(object: KubeObject, now: number): ObjectStatus | undefined {
  const slash = object.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : object.apiVersion.slice(0, slash);
  return rules.get(group === "" ? object.kind : `${group}/${object.kind}`)?.(object, now);
}

function replicaCounts(object: KubeObject) {
  const spec = fieldsOf(object.spec);
  const status = fieldsOf(object.status);
  return {
    spec,
    status,
    wanted: numberOf(spec, "replicas", 1),
    total: numberOf(status, "replicas", 0),
    updated: numberOf(status, "updatedReplicas", 0),
    ready: numberOf(status, "readyReplicas", 0),
    available: numberOf(status, "availableReplicas", 0),
  };
}

function conditionsOf(object: KubeObject): readonly Fields[] {
  const { conditions } = fieldsOf(object.status);
  return Array.isArray(conditions) ? conditions.filter(isObject) : [];
}

const isTrue = (condition: Fields | undefined) => condition?.["status"] === "True";

function deploymentStatus(object: KubeObject): ObjectStatus {
  const conditions = conditionsOf(object);
  const progress = conditions.find((condition) => condition["type"] === "Progressing");
  if (progress?.["reason"] === "ProgressDeadlineExceeded") return failed("Progress deadline exceeded");
  const { spec, wanted, total, updated, ready, available } = replicaCounts(object);
  const checks: readonly (readonly [boolean, string])[] = [
    [wanted > total, `Replicas: ${total}/${wanted}`],
    [wanted > updated, `Updated: ${updated}/${wanted}`],
    [total > wanted, `Pending termination: ${total - wanted}`],
    [updated > available, `Available: ${available}/${updated}`],
    [wanted > ready, `Ready: ${ready}/${wanted}`],
    [
      spec["progressDeadlineSeconds"] !== undefined &&
        !(isTrue(progress) && progress?.["reason"] === "NewReplicaSetAvailable"),
      "ReplicaSet not Available",
    ],
    [!isTrue(conditions.find((condition) => condition["type"] === "Available")), "Deployment not Available"],
  ];
  return firstOf(checks) ?? current(`Deployment is available. Replicas: ${total}`);
}

function firstOf(checks: readonly (readonly [boolean, string])[]): ObjectStatus | undefined {
  const found = checks.find(([holds]) => holds);
  return found === undefined ? undefined : inProgress(found[1]);
}

function replicaSetStatus(object: KubeObject): ObjectStatus {
  const failure = conditionsOf(object).find((condition) => condition["type"] === "ReplicaFailure");
  if (isTrue(failure)) return inProgress("Replica Failure condition. Check Pods");
  const { status, wanted, total, ready, available } = replicaCounts(object);
  const labelled = numberOf(status, "fullyLabeledReplicas", 0);
  return (
    firstOf([
      [wanted > labelled, `Labelled: ${labelled}/${wanted}`],
      [wanted > available, `Available: ${available}/${wanted}`],
      [wanted > ready, `Ready: ${ready}/${wanted}`],
      [total > wanted, `Pending termination: ${total - wanted}`],
    ]) ?? current(`ReplicaSet is available. Replicas: ${total}`)
  );
}

function statefulSetStatus(object: KubeObject): ObjectStatus {
  const { spec, status, wanted, total, updated, ready } = replicaCounts(object);
  const strategy = fieldsOf(spec["updateStrategy"]);
  if (strategy["type"] === "OnDelete") return current("StatefulSet is using the ondelete update strategy");
  const early = firstOf([
    [wanted > total, `Replicas: ${total}/${wanted}`],
    [wanted > ready, `Ready: ${ready}/${wanted}`],
    [total > wanted, `Pending termination: ${total - wanted}`],
  ]);
  if (early !== undefined) return early;
  const partition = fieldsOf(strategy["rollingUpdate"])["partition"];
  if (typeof partition === "number") {
    return updated < wanted - partition
      ? inProgress(`updated: ${updated}/${wanted - partition}`)
      : current(`Partition rollout complete. updated: ${updated}`);
  }
  const present = numberOf(status, "currentReplicas", 0);
  return (
    firstOf([
      [wanted > present, `current: ${present}/${wanted}`],
      [
        status["currentRevision"] !== status["updateRevision"],
        "Waiting for updated revision to match current",
      ],
    ]) ?? current(`All replicas scheduled as expected. Replicas: ${total}`)
  );
}

function daemonSetStatus(object: KubeObject): ObjectStatus {
  const status = fieldsOf(object.status);
  if (status["observedGeneration"] === undefined) {
    return inProgress("DaemonSet status.observedGeneration not found");
  }
  const wanted = numberOf(status, "desiredNumberScheduled", -1);
  if (wanted === -1) return inProgress("Missing .status.desiredNumberScheduled");
  const count = (name: string) => numberOf(status, name, 0);
  return (
    firstOf([
      [wanted > count("currentNumberScheduled"), `Current: ${count("currentNumberScheduled")}/${wanted}`],
      [wanted > count("updatedNumberScheduled"), `Updated: ${count("updatedNumberScheduled")}/${wanted}`],
      [wanted > count("numberAvailable"), `Available: ${count("numberAvailable")}/${wanted}`],
      [wanted > count("numberReady"), `Ready: ${count("numberReady")}/${wanted}`],
    ]) ?? current(`All replicas scheduled as expected. Replicas: ${wanted}`)
  );
}

function podStatus(object: KubeObject, now: number): ObjectStatus {
  const status = fieldsOf(object.status);
  const condition = (type: string) => conditionsOf(object).find((item) => item["type"] === type);
  switch (status["phase"]) {
    case "Succeeded":
      return current("Pod has completed successfully");
    case "Failed":
      return current("Pod has completed, but not successfully");
    case "Running": {
      if (isTrue(condition("Ready"))) return current("Pod is Ready");
      const looping = crashLooping(status);
      if (looping.length > 0) return failed(`Containers in CrashLoop state: ${looping.join(",")}`);
      return inProgress("Pod is running but is not Ready");
    }
    case "Pending": {
      const scheduled = condition("PodScheduled");
      if (scheduled?.["status"] !== "False" || scheduled["reason"] !== "Unschedulable") {
        return inProgress("Pod is in the Pending phase");
      }
      const age = now - Date.parse(object.metadata.creationTimestamp ?? "");
      return age < scheduleWindow
        ? inProgress("Pod has not been scheduled")
        : failed("Pod could not be scheduled");
    }
    default:
      return inProgress("Pod phase not available");
  }
}

function crashLooping(status: Fields): readonly string[] {
  const containers = status["containerStatuses"];
  if (!Array.isArray(containers)) return [];
  return containers.filter(isObject).flatMap((container) => {
    const waiting = fieldsOf(fieldsOf(container["state"])["waiting"]);
    return waiting["reason"] === "CrashLoopBackOff" ? [String(container["name"])] : [];
  });
}

/** Flux waits for a Job to complete; kstatus alone would take a running one for current. */
function jobStatus(object: KubeObject): ObjectStatus {
  const spec = fieldsOf(object.spec);
  const status = fieldsOf(object.status);
  const completions = numberOf(spec, "completions", numberOf(spec, "parallelism", 1));
  const succeeded = numberOf(status, "succeeded", 0);
  const failures = numberOf(status, "failed", 0);
  for (const condition of conditionsOf(object)) {
    if (!isTrue(condition)) continue;
    if (condition["type"] === "Complete")
      return current(`Job Completed. succeeded: ${succeeded}/${completions}`);
    if (condition["type"] === "Failed") return failed(`Job Failed. failed: ${failures}/${completions}`);
  }
  if (status["startTime"] === undefined) return inProgress("Job not started");
  const active = numberOf(status, "active", 0);
  return inProgress(`Job in progress. success:${succeeded}, active: ${active}, failed: ${failures}`);
}

function claimStatus(object: KubeObject): ObjectStatus {
  const { phase = "unknown" } = fieldsOf(object.status);
  return phase === "Bound"
    ? current("PVC is Bound")
    : inProgress(`PVC is not Bound. phase: ${String(phase)}`);
}

function serviceStatus(object: KubeObject): ObjectStatus {
  const { type, clusterIP = "" } = fieldsOf(object.spec);
  return type === "LoadBalancer" && clusterIP === ""
    ? inProgress("ClusterIP not set. Service type: LoadBalancer")
    : current("Service is ready");
}

function definitionStatus(object: KubeObject): ObjectStatus {
  for (const condition of conditionsOf(object)) {
    const { type, status, reason, message } = condition;
    if (type === "NamesAccepted" && status === "False") return failed(String(message));
    if (type === "Established" && status === "False" && reason !== "Installing")
      return failed(String(message));
    if (type === "Established" && status === "True") return current("CRD is established");
  }
  return inProgress("Install in progress");
}

const alwaysReady: Rule = () => current("Resource is always ready");

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["Service", serviceStatus],
  ["Pod", podStatus],
  ["Secret", alwaysReady],
  ["ConfigMap", alwaysReady],
  ["PersistentVolumeClaim", claimStatus],
  ["apps/StatefulSet", statefulSetStatus],
  ["apps/DaemonSet", daemonSetStatus],
  ["apps/Deployment", deploymentStatus],
  ["apps/ReplicaSet", replicaSetStatus],
  ["policy/PodDisruptionBudget", () => current("AllowedDisruptions has been computed.")],
  ["batch/CronJob", alwaysReady],
  ["batch/Job", jobStatus],
  ["apiextensions.k8s.io/CustomResourceDefinition", definitionStatus],
]);
