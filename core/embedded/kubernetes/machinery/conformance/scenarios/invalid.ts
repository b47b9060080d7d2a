import type { Scenario, Step } from "../scenario.ts";
import { configMap, deployment, pod, service } from "./objects.ts";

type Fields = Record<string, unknown>;

function refused(what: string, ...bodies: readonly Fields[]): Scenario {
  return { name: `invalid: ${what}`, steps: bodies.map((body) => create(body)) };
}

function create(body: Fields, more: Partial<Step> = {}): Step {
  return { verb: "create", kind: `${String(body["apiVersion"])}/${String(body["kind"])}`, body, ...more };
}

function object(apiVersion: string, kind: string, name: string, body: Fields): Fields {
  return { apiVersion, kind, metadata: { name }, ...body };
}

const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "a:1" }] },
};

/** What is refused, and in which words. */
export const invalidScenarios: readonly Scenario[] = [
  refused(
    "metadata",
    configMap("Bad_Name", {}),
    configMap("a".repeat(254), {}),
    { apiVersion: "v1", kind: "ConfigMap", metadata: {} },
    configMap("bad-label", {}, { labels: { "bad key": "x" } }),
    configMap("bad-value", {}, { labels: { key: "bad value!" } }),
    configMap("bad-annotation", {}, { annotations: { "a/b/c": "x" } }),
    configMap("bad-finalizer", {}, { finalizers: ["nogroup"] }),
    configMap("bad-owner", {}, { ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "", uid: "" }] }),
    configMap("bad-namespace", {}, { namespace: "other" }),
    configMap("bad-key", { "a b": "c", "..": "d" }),
    configMap("bad-version", {}, { resourceVersion: "5" }),
    service("1service"),
    object("v1", "Namespace", "Name.Space", {}),
  ),
  refused(
    "a Deployment",
    object("apps/v1", "Deployment", "no-spec", {}),
    deployment("other-selector", { selector: { matchLabels: { other: "x" } } }),
    deployment("empty-selector", { selector: {} }),
    deployment("negative", { replicas: -1, minReadySeconds: -1 }),
    deployment("restart", { template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } } }),
    deployment("strategy", { strategy: { type: "Wild" } }),
    deployment("strategy-both", { strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } } }),
    deployment("strategy-zero", {
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
    }),
    deployment("deadline", { progressDeadlineSeconds: 1, minReadySeconds: 5 }),
  ),
  refused(
    "containers",
    deployment("no-image", {}, { image: "" }),
    deployment("bad-container", {}, { name: "Bad_Name", imagePullPolicy: "Sometimes" }),
    deployment(
      "bad-port",
      {},
      {
        ports: [
          { containerPort: 0 },
          { containerPort: 70000, protocol: "X" },
          { containerPort: 80, name: "way-too-long-name" },
        ],
      },
    ),
    deployment(
      "bad-env",
      {},
      {
        env: [
          { name: "" },
          { name: "A=B", value: "x" },
          { name: "C", value: "x", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ],
      },
    ),
    deployment(
      "bad-mount",
      {},
      {
        volumeMounts: [
          { name: "none", mountPath: "/x" },
          { name: "", mountPath: "" },
        ],
      },
    ),
    deployment(
      "bad-resources",
      {},
      { resources: { limits: { cpu: "1" }, requests: { cpu: "2", memory: "-1" } } },
    ),
    deployment(
      "bad-probe",
      {},
      { livenessProbe: {}, readinessProbe: { httpGet: { port: 0 }, periodSeconds: -1 } },
    ),
    deployment("no-containers", {
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [] } },
    }),
    pod("twice", {
      containers: [
        { name: "a", image: "x" },
        { name: "a", image: "x" },
      ],
    }),
    pod("bad-volumes", {
      volumes: [
        { name: "A" },
        { name: "b", emptyDir: {}, hostPath: { path: "/x" } },
        { name: "b", secret: {} },
      ],
    }),
    pod("bad-policy", { restartPolicy: "Perhaps", dnsPolicy: "X", terminationGracePeriodSeconds: -1 }),
  ),
  refused(
    "a Service",
    service("bad-type", { type: "Wild" }),
    service("bad-ports", { ports: [{ port: 0 }, { port: 80 }] }),
    service("same-ports", {
      ports: [
        { port: 80, name: "a" },
        { port: 80, name: "b" },
        { port: 81, name: "a" },
      ],
    }),
    service("bad-target", { ports: [{ port: 80, targetPort: "Bad Name", protocol: "X" }] }),
    { ...service("external-none"), spec: { type: "ExternalName" } },
    service("affinity", { sessionAffinity: "X" }),
  ),
  refused(
    "other kinds",
    object("batch/v1", "Job", "job-restart", {
      spec: { template: { spec: { containers: [{ name: "c", image: "a" }] } } },
    }),
    object("batch/v1", "CronJob", "cron-bad", {
      spec: {
        schedule: "often",
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "a" }] } } },
        },
      },
    }),
    object("networking.k8s.io/v1", "Ingress", "ingress-empty", { spec: {} }),
    object("networking.k8s.io/v1", "Ingress", "ingress-bad", {
      spec: {
        rules: [{ host: "Bad Host", http: { paths: [{ path: "x", pathType: "Prefix", backend: {} }] } }],
      },
    }),
    object("v1", "PersistentVolumeClaim", "claim-empty", { spec: {} }),
    object("v1", "PersistentVolumeClaim", "claim-bad", {
      spec: { accessModes: ["X"], resources: { requests: { storage: "0" } } },
    }),
    object("v1", "PersistentVolume", "volume-empty", { spec: {} }),
    object("v1", "Secret", "secret-docker", { type: "kubernetes.io/dockerconfigjson", data: {} }),
    object("v1", "Secret", "secret-tls", { type: "kubernetes.io/tls", data: { "tls.crt": "YQ==" } }),
    object("v1", "Secret", "secret-base64", { data: { a: "!!!" } }),
    object("rbac.authorization.k8s.io/v1", "Role", "role-bad", {
      rules: [{ apiGroups: [""], resources: [], verbs: [] }],
    }),
    object("rbac.authorization.k8s.io/v1", "RoleBinding", "binding-bad", {
      roleRef: { kind: "X", name: "" },
      subjects: [{ kind: "ServiceAccount", name: "a" }],
    }),
    object("policy/v1", "PodDisruptionBudget", "budget-both", {
      spec: { minAvailable: 1, maxUnavailable: 1, selector: {} },
    }),
    object("autoscaling/v2", "HorizontalPodAutoscaler", "hpa-bad", {
      spec: { scaleTargetRef: { kind: "", name: "" }, maxReplicas: 0, minReplicas: 0 },
    }),
    object("storage.k8s.io/v1", "StorageClass", "storage-empty", {}),
    object("apps/v1", "StatefulSet", "stateful-bad", {
      spec: { selector: { matchLabels: { app: "x" } }, template },
    }),
    object("apps/v1", "DaemonSet", "daemon-bad", {
      spec: { selector: { matchLabels: { app: "x" } }, template },
    }),
    object("coordination.k8s.io/v1", "Lease", "lease-bad", { spec: { leaseDurationSeconds: 0 } }),
    object("discovery.k8s.io/v1", "EndpointSlice", "slice-bad", { addressType: "X", endpoints: [] }),
  ),
  {
    name: "invalid: bodies",
    steps: [
      create(deployment("unknown", { nothing: 1 }), { fieldValidation: "Strict" }),
      create(deployment("wrong", { replicas: "three" })),
      create(deployment("wrong-list", { template: { spec: { containers: {} } } })),
      create(deployment("wrong-quantity", {}, { resources: { limits: { cpu: "much" } } })),
      {
        verb: "create",
        kind: "apps/v1/Deployment",
        body: { apiVersion: "apps/v2", kind: "Deployment", metadata: { name: "x" } },
      },
      {
        verb: "create",
        kind: "apps/v1/Deployment",
        body: { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "x" } },
      },
    ],
  },
  {
    name: "invalid: definitions",
    steps: [
      create(
        object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "wrong.example.com", {
          spec: {
            group: "example.com",
            scope: "Namespaced",
            names: { plural: "things", kind: "Thing" },
            versions: [
              { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
            ],
          },
        }),
      ),
      create(
        object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.com", {
          spec: {
            group: "example.com",
            scope: "Wide",
            names: { plural: "things", kind: "Thing" },
            versions: [{ name: "v1", served: true, storage: false }],
          },
        }),
      ),
      create(
        object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.com", {
          spec: {
            group: "example.com",
            scope: "Cluster",
            names: { plural: "things", kind: "Thing" },
            versions: [
              {
                name: "v1",
                served: true,
                storage: true,
                schema: {
                  openAPIV3Schema: {
                    type: "object",
                    properties: { a: {}, b: { type: "array" }, c: { type: "string", default: 1 } },
                  },
                },
              },
            ],
          },
        }),
      ),
    ],
  },
  {
    name: "invalid: updates",
    steps: [
      create(
        object("v1", "Secret", "update-secret", { type: "Opaque", data: { a: "YQ==" }, immutable: true }),
      ),
      {
        verb: "patch",
        kind: "v1/Secret",
        name: "update-secret",
        patchType: "merge",
        body: { data: { a: "Yg==" } },
      },
      {
        verb: "patch",
        kind: "v1/Secret",
        name: "update-secret",
        patchType: "merge",
        body: { type: "Other" },
      },
      create(
        object("v1", "PersistentVolumeClaim", "update-claim", {
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: "a",
            resources: { requests: { storage: "1Gi" } },
          },
        }),
      ),
      {
        verb: "patch",
        kind: "v1/PersistentVolumeClaim",
        name: "update-claim",
        patchType: "merge",
        body: { spec: { storageClassName: "b" } },
      },
      create(
        object("batch/v1", "Job", "update-job", {
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "a" }] } } },
        }),
      ),
      {
        verb: "patch",
        kind: "batch/v1/Job",
        name: "update-job",
        patchType: "strategic",
        body: { spec: { template: { spec: { containers: [{ name: "c", image: "b" }] } } } },
      },
      create(
        object("apps/v1", "StatefulSet", "update-stateful", {
          spec: { serviceName: "a", selector: { matchLabels: { app: "web" } }, template },
        }),
      ),
      {
        verb: "patch",
        kind: "apps/v1/StatefulSet",
        name: "update-stateful",
        patchType: "merge",
        body: { spec: { serviceName: "b" } },
      },
      create(pod("update-pod")),
      {
        verb: "patch",
        kind: "v1/Pod",
        name: "update-pod",
        patchType: "merge",
        body: { spec: { nodeName: "n" } },
      },
      {
        verb: "patch",
        kind: "v1/Pod",
        name: "update-pod",
        patchType: "strategic",
        body: { spec: { containers: [{ name: "web", image: "new:1" }] } },
      },
      {
        verb: "patch",
        kind: "v1/Pod",
        name: "update-pod",
        patchType: "strategic",
        body: { spec: { containers: [{ name: "web", command: ["x"] }] } },
      },
      create(
        object("rbac.authorization.k8s.io/v1", "RoleBinding", "update-binding", {
          roleRef: { kind: "Role", name: "a" },
        }),
      ),
      {
        verb: "patch",
        kind: "rbac.authorization.k8s.io/v1/RoleBinding",
        name: "update-binding",
        patchType: "merge",
        body: { roleRef: { name: "b" } },
      },
      create(object("v1", "Namespace", "update-uid", {})),
      {
        verb: "patch",
        kind: "v1/Namespace",
        name: "update-uid",
        patchType: "merge",
        body: { metadata: { creationTimestamp: "2001-01-01T00:00:00Z" } },
      },
      create(object("storage.k8s.io/v1", "StorageClass", "update-storage", { provisioner: "a.example/b" })),
      {
        verb: "patch",
        kind: "storage.k8s.io/v1/StorageClass",
        name: "update-storage",
        patchType: "merge",
        body: { provisioner: "c" },
      },
    ],
  },
];
