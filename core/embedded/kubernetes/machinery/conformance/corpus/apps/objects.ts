const labels = { app: "web" };

/** What every workload's Pods are made from. */
export const template = {
  metadata: { labels },
  spec: { containers: [{ name: "web", image: "registry.example/web:1" }] },
};

/** The smallest workload of a kind of apps/v1. */
export function workload(kind: string) {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web" },
    spec: { selector: { matchLabels: labels }, template },
  };
}

/** What all of them can get wrong in the same way. */
export const common = {
  "metadata.name": ["a.b", "Web", "x".repeat(64)],
  "spec.replicas": [0, -1],
  "spec.minReadySeconds": [5, -1],
  "spec.revisionHistoryLimit": [0, -1],
  "spec.selector": [
    undefined,
    {},
    { matchLabels: { app: "other" } },
    { matchLabels: { "a b": "c" } },
    { matchLabels: { app: "b c" } },
    { matchExpressions: [{ key: "app", operator: "In", values: ["web", "other"] }] },
    { matchExpressions: [{ key: "app", operator: "In" }] },
    { matchExpressions: [{ key: "app", operator: "Other", values: ["web"] }] },
    { matchExpressions: [{ key: "app", operator: "Exists", values: ["web"] }] },
    { matchExpressions: [{ key: "app", operator: "NotIn", values: ["b c"] }] },
    { matchExpressions: [{ key: "other", operator: "DoesNotExist" }] },
  ],
  "spec.template": [undefined, {}],
  "spec.template.metadata.labels": [undefined, { app: "web", "a b": "c" }, { app: "other" }],
  "spec.template.metadata.annotations": [
    { "a b": "c" },
    { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" },
    { "container.apparmor.security.beta.kubernetes.io/other": "what" },
    { "seccomp.security.alpha.kubernetes.io/pod": "runtime/default" },
  ],
  "spec.template.metadata.name": ["other"],
  "spec.template.spec.restartPolicy": ["OnFailure", "Never", "Other"],
  "spec.template.spec.activeDeadlineSeconds": [5],
  "spec.template.spec.containers": [[], [{ name: "web", image: " a" }], [{ name: "", image: "" }]],
  "spec.template.spec.containers[0].resources": [{ limits: { cpu: "1" } }, { limits: { memory: "1.5" } }],
  "spec.template.spec.hostNetwork": [true],
  "spec.template.spec.terminationGracePeriodSeconds": [-5],
  "spec.template.spec.nodeSelector": [{ "beta.kubernetes.io/os": "linux" }],
  "spec.template.spec.ephemeralContainers": [[{ name: "a", image: "a" }]],
  "spec.template.spec.serviceAccountName": ["robot"],
  "spec.template.spec.volumes": [
    [{ name: "v", image: {} }],
    [{ name: "v", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }],
    [{ name: "v", ephemeral: { volumeClaimTemplate: { spec: {} } } }],
  ],
  "a port of the host's network": {
    "spec.template.spec.hostNetwork": true,
    "spec.template.spec.containers[0].ports": [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }],
  },
  "an alpha field": {
    "spec.template.spec.schedulingGroup": { podGroupName: "a" },
    "spec.template.spec.containers[0].lifecycle": { stopSignal: "SIGTERM" },
  },
};
