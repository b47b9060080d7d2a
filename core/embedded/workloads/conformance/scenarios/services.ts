import type { Scenario } from "../scenario.ts";
import { pod, service, workload } from "./objects.ts";

const slices = "discovery.k8s.io/v1/endpointslices";
const endpoints = "v1/endpoints";
const compared = [slices, endpoints];

export const serviceScenarios: readonly Scenario[] = [
  {
    name: "a Service has its Pods as endpoints",
    compared,
    steps: [
      {
        create: service("web", {
          selector: { app: "web" },
          ports: [{ name: "http", port: 80, targetPort: 8080 }],
        }),
      },
      { create: workload("ReplicaSet", "web", { replicas: 1 }) },
      { until: slices, matching: { endpoints: [{ conditions: { ready: true } }] } },
    ],
  },
  {
    name: "a headless Service names its Pods",
    compared,
    steps: [
      {
        create: service("db", { selector: { app: "db" }, clusterIP: "None", publishNotReadyAddresses: true }),
      },
      { create: pod("db-0", { app: "db" }, { hostname: "db-0", subdomain: "db" }) },
      { until: slices, matching: { endpoints: [{ conditions: { ready: true } }] } },
    ],
  },
  {
    name: "a Service without Pods, and one without ports",
    compared,
    steps: [{ create: service("empty", { selector: { app: "none" } }) }, { until: slices }],
  },
  {
    name: "Endpoints somebody wrote are mirrored",
    compared,
    steps: [
      { create: service("outside", {}) },
      {
        create: {
          apiVersion: "v1",
          kind: "Endpoints",
          metadata: { name: "outside", labels: { team: "a" } },
          subsets: [
            {
              addresses: [{ ip: "192.0.2.1", hostname: "one" }],
              notReadyAddresses: [{ ip: "192.0.2.2" }],
              ports: [{ name: "http", port: 80, protocol: "TCP" }],
            },
          ],
        },
      },
      { until: slices },
    ],
  },
];
