import type { Entry } from "../storage/entry.ts";
import { sharedEntry, sharedMetadata } from "./shared-entry.ts";

/** Where APIServices are stored. */
export const apiServiceResource = "apiregistration.k8s.io/apiservices";

/** Upstream's priorities of a group and its version. Source: Kubernetes' `cmd/kube-apiserver/app/aggregator.go`. */
const priorities: Readonly<Record<string, readonly [group: number, version: number]>> = {
  v1: [18_000, 1],
  "apps/v1": [17_800, 15],
  "events.k8s.io/v1": [17_750, 15],
  "authentication.k8s.io/v1": [17_700, 15],
  "authorization.k8s.io/v1": [17_600, 15],
  "autoscaling/v2": [17_500, 30],
  "autoscaling/v1": [17_500, 15],
  "batch/v1": [17_400, 15],
  "certificates.k8s.io/v1": [17_300, 15],
  "networking.k8s.io/v1": [17_200, 15],
  "policy/v1": [17_100, 15],
  "rbac.authorization.k8s.io/v1": [17_000, 15],
  "storage.k8s.io/v1": [16_800, 15],
  "apiextensions.k8s.io/v1": [16_700, 15],
  "admissionregistration.k8s.io/v1": [16_700, 15],
  "scheduling.k8s.io/v1": [16_600, 15],
  "coordination.k8s.io/v1": [16_500, 15],
  "node.k8s.io/v1": [16_300, 15],
  "discovery.k8s.io/v1": [16_200, 15],
  "flowcontrol.apiserver.k8s.io/v1": [16_100, 21],
};

/** An APIService of each group and version this server itself serves; `apiregistration.k8s.io` has none, as upstream. */
export function localApiServices(
  served: readonly string[],
  createdAt: string,
): ReadonlyMap<string, readonly Entry[]> {
  const entries = [...new Set(served)].flatMap((apiVersion) => {
    const priority = priorities[apiVersion];
    return priority === undefined ? [] : [localApiService(apiVersion, priority, createdAt)];
  });
  return new Map([[apiServiceResource, entries]]);
}

function localApiService(
  apiVersion: string,
  [groupPriorityMinimum, versionPriority]: readonly [number, number],
  createdAt: string,
): Entry {
  const slash = apiVersion.indexOf("/");
  const group = apiVersion.slice(0, Math.max(slash, 0));
  const version = apiVersion.slice(slash + 1);
  const labels = { "kube-aggregator.kubernetes.io/automanaged": "onstart" };
  const condition = {
    type: "Available",
    status: "True",
    lastTransitionTime: createdAt,
    reason: "Local",
    message: "Local APIServices are always available",
  };
  return sharedEntry({
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { ...sharedMetadata("apiservices", `${version}.${group}`, createdAt), labels },
    spec: { ...(group === "" ? {} : { group }), version, groupPriorityMinimum, versionPriority },
    status: { conditions: [condition] },
  });
}
