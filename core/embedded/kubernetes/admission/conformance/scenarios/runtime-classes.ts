import type { Scenario, Step } from "../scenario.ts";

const path = "/api/v1/namespaces/default/pods?dryRun=All";

/** A Pod of the class `heavy`, unless `spec` names another. */
function pod(name: string, spec: object): Step {
  const containers = [{ name: "a", image: "b" }];
  const body = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      runtimeClassName: "heavy",
      serviceAccountName: "runner",
      automountServiceAccountToken: false,
      containers,
      ...spec,
    },
  };
  return { method: "POST", path, body };
}

const classes = "/apis/node.k8s.io/v1/runtimeclasses";
const heavy: Step = {
  method: "POST",
  path: classes,
  body: {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "heavy" },
    handler: "heavy",
    overhead: { podFixed: { cpu: "10m", memory: "1Mi" } },
    scheduling: {
      nodeSelector: { disk: "fast" },
      tolerations: [
        { key: "only", operator: "Exists", effect: "NoSchedule" },
        { key: "heavy", operator: "Equal", value: "yes" },
      ],
    },
  },
};

/** What a Pod gets of its RuntimeClass, and where it is refused for it. */
export const runtimeClassScenarios: readonly Scenario[] = [
  {
    name: "Pods get overhead and places of their RuntimeClass",
    steps: [
      {
        method: "POST",
        path: "/api/v1/namespaces/default/serviceaccounts",
        body: { metadata: { name: "runner" } },
      },
      pod("absent", { runtimeClassName: "absent" }),
      heavy,
      pod("plain", {}),
      pod("same", { overhead: { cpu: "0.01", memory: "1024Ki" } }),
      pod("other", { overhead: { cpu: "1" } }),
      pod("part", { overhead: { cpu: "10m" } }),
      pod("without", { runtimeClassName: null, overhead: { cpu: "1" } }),
      pod("elsewhere", { nodeSelector: { disk: "slow" } }),
      pod("there", { nodeSelector: { disk: "fast", zone: "a" } }),
      pod("tolerant", {
        tolerations: [
          { key: "only", operator: "Exists" },
          { key: "heavy", operator: "Equal", value: "yes", effect: "NoSchedule" },
          { key: "own", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 },
        ],
      }),
      { method: "DELETE", path: `${classes}/heavy` },
      { method: "DELETE", path: "/api/v1/namespaces/default/serviceaccounts/runner" },
    ],
  },
];
