export * from "./cluster-client.ts";
export * from "./clusters.ts";
export type { ClusterConnection, ReadText } from "./connection.ts";
export * from "./in-cluster.ts";
export * from "./kubeconfig.ts";
