import type { Entry } from "../storage/entry.ts";
import { sharedEntry, sharedMetadata } from "./shared-entry.ts";

/** The address at which every cluster's Pods find its API, the first of the Services' range. */
export const apiServiceAddress = "10.96.0.1";

/**
 * The Service `kubernetes`, under which clients in a cluster look for its API, by the resource it is stored
 * under. It selects no Pods: the node leads its address to the API.
 */
export function apiService(createdAt: string): ReadonlyMap<string, readonly Entry[]> {
  const service = sharedEntry({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      ...sharedMetadata("services", "kubernetes", createdAt, "default"),
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      clusterIP: apiServiceAddress,
      clusterIPs: [apiServiceAddress],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 443 }],
      sessionAffinity: "None",
      type: "ClusterIP",
    },
    status: { loadBalancer: {} },
  });
  return new Map([["/services", [service]]]);
}
