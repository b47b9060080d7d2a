export * from "./cluster-client.ts";
export * from "./clusters.ts";
