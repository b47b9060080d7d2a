import type { Scenario, Step } from "../scenario.ts";
import { configMap, deployment, pod, service } from "./objects.ts";

type Fields = Record<string, unknown>;

const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "a/b:latest" }] },
};
const selector = { matchLabels: { app: "web" } };

function object(apiVersion: string, kind: string, name: string, body: Fields): Fields {
  return { apiVersion, kind, metadata: { name }, ...body };
}

/** Creates an object and shows it as a table. */
function create(what: string, body: Fields): Scenario {
  const kind = `${String(body["apiVersion"])}/${String(body["kind"])}`;
  const name = String((body["metadata"] as Fields)["name"]);
  const steps: Step[] = [
    { verb: "create", kind, body },
    { verb: "table", kind, name },
  ];
  return { name: `create: ${what}`, steps };
}

const probes = {
  livenessProbe: { httpGet: { port: 80 } },
  readinessProbe: { tcpSocket: { port: "http" }, initialDelaySeconds: 3 },
  startupProbe: { grpc: { port: 90 } },
  lifecycle: { preStop: { httpGet: { port: 80, path: "/bye" } } },
};

const volumes = [
  { name: "empty" },
  { name: "secret", secret: { secretName: "s" } },
  { name: "config", configMap: { name: "c", items: [{ key: "a", path: "b" }] } },
  { name: "host", hostPath: { path: "/x" } },
  { name: "down", downwardAPI: { items: [{ path: "l", fieldRef: { fieldPath: "metadata.labels" } }] } },
  {
    name: "projected",
    projected: { sources: [{ serviceAccountToken: { path: "t" } }, { configMap: { name: "ca" } }] },
  },
  { name: "claim", persistentVolumeClaim: { claimName: "data" } },
];

/** Defaults, zero values, managedFields and tables of each kind. */
export const createScenarios: readonly Scenario[] = [
  create("a Deployment says little", deployment("create-plain")),
  create(
    "a Deployment says much",
    deployment("create-full", {
      replicas: 0,
      paused: false,
      strategy: { type: "Recreate" },
      minReadySeconds: 5,
      template: {
        metadata: { labels: { app: "web" }, annotations: { a: "b" } },
        spec: {
          serviceAccountName: "runner",
          nodeSelector: { a: "b" },
          hostAliases: [{ ip: "1.2.3.4", hostnames: ["x"] }],
          imagePullSecrets: [{ name: "pull" }],
          volumes,
          initContainers: [{ name: "init", image: "x@sha256:0123", restartPolicy: "Always" }],
          containers: [
            {
              name: "web",
              image: "host:5000/web",
              command: [],
              args: ["a"],
              env: [
                { name: "A", value: "" },
                { name: "B", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "C", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
              ],
              ports: [{ containerPort: 80, name: "http" }],
              resources: { limits: { cpu: "0.5", memory: "1.5Gi" }, requests: { cpu: 0.1 } },
              volumeMounts: [{ name: "empty", mountPath: "/e" }],
              securityContext: { runAsUser: 0, privileged: false },
              ...probes,
            },
          ],
        },
      },
    }),
  ),
  create(
    "a Pod",
    pod(
      "create-pod",
      { volumes: volumes.slice(0, 3) },
      { resources: { limits: { cpu: 1 } }, ...probes, ports: [{ containerPort: 80, name: "http" }] },
    ),
  ),
  create(
    "a Service without address",
    service("create-headless", {
      ports: [
        { port: 80, name: "a" },
        { port: 81, name: "b", targetPort: "x", protocol: "UDP" },
      ],
    }),
  ),
  create("an external Service", {
    ...service("create-external"),
    spec: { type: "ExternalName", externalName: "example.com" },
  }),
  create("a Service with client affinity", service("create-sticky", { sessionAffinity: "ClientIP" })),
  create(
    "a StatefulSet",
    object("apps/v1", "StatefulSet", "create-stateful", {
      spec: {
        serviceName: "web",
        selector,
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    }),
  ),
  create("a DaemonSet", object("apps/v1", "DaemonSet", "create-daemon", { spec: { selector, template } })),
  create(
    "a ReplicaSet",
    object("apps/v1", "ReplicaSet", "create-replicas", { spec: { selector, template } }),
  ),
  create(
    "a Job",
    object("batch/v1", "Job", "create-job", {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "a:1" }] } } },
    }),
  ),
  create(
    "a CronJob",
    object("batch/v1", "CronJob", "create-cron", {
      spec: {
        schedule: "* * * * *",
        jobTemplate: {
          spec: {
            template: { spec: { restartPolicy: "OnFailure", containers: [{ name: "c", image: "a:1" }] } },
          },
        },
      },
    }),
  ),
  create(
    "an Ingress",
    object("networking.k8s.io/v1", "Ingress", "create-ingress", {
      spec: {
        rules: [
          {
            host: "a.example",
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name: "s", port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    }),
  ),
  create(
    "an IngressClass",
    object("networking.k8s.io/v1", "IngressClass", "create-class", { spec: { controller: "example.com/c" } }),
  ),
  create(
    "a NetworkPolicy",
    object("networking.k8s.io/v1", "NetworkPolicy", "create-netpol", {
      spec: { podSelector: {}, egress: [{ ports: [{ port: 80 }] }] },
    }),
  ),
  create(
    "a claim",
    object("v1", "PersistentVolumeClaim", "create-claim", {
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } },
    }),
  ),
  create(
    "a volume",
    object("v1", "PersistentVolume", "create-volume", {
      spec: {
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: "1Gi" },
        hostPath: { path: "/x" },
        storageClassName: "local",
      },
    }),
  ),
  create(
    "a StorageClass",
    object("storage.k8s.io/v1", "StorageClass", "create-storage", { provisioner: "example.com/p" }),
  ),
  create(
    "a Secret",
    object("v1", "Secret", "create-secret", { stringData: { a: "b" }, data: { c: "ZA==" } }),
  ),
  create("a ConfigMap", configMap("create-config", { a: "b" }, { labels: { x: "y" } })),
  create("a ServiceAccount", object("v1", "ServiceAccount", "create-account", {})),
  create("a Namespace", object("v1", "Namespace", "create-namespace", {})),
  create(
    "a Role",
    object("rbac.authorization.k8s.io/v1", "Role", "create-role", {
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    }),
  ),
  create(
    "a ClusterRole without rules",
    object("rbac.authorization.k8s.io/v1", "ClusterRole", "create-cluster-role", {}),
  ),
  create(
    "a RoleBinding",
    object("rbac.authorization.k8s.io/v1", "RoleBinding", "create-binding", {
      roleRef: { kind: "Role", name: "create-role" },
      subjects: [
        { kind: "ServiceAccount", name: "a", namespace: "b" },
        { kind: "User", name: "u" },
      ],
    }),
  ),
  create(
    "a disruption budget",
    object("policy/v1", "PodDisruptionBudget", "create-budget", { spec: { minAvailable: "50%", selector } }),
  ),
  create(
    "an autoscaler",
    object("autoscaling/v2", "HorizontalPodAutoscaler", "create-hpa", {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
        maxReplicas: 3,
        behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
      },
    }),
  ),
  create(
    "a Lease",
    object("coordination.k8s.io/v1", "Lease", "create-lease", {
      spec: { holderIdentity: "me", leaseDurationSeconds: 15, renewTime: "2020-01-01T00:00:00.500000Z" },
    }),
  ),
  create(
    "an EndpointSlice",
    object("discovery.k8s.io/v1", "EndpointSlice", "create-slice", {
      addressType: "IPv4",
      ports: [{ port: 80 }],
      endpoints: [{ addresses: ["10.1.2.3"] }],
    }),
  ),
  create(
    "Endpoints",
    object("v1", "Endpoints", "create-endpoints", {
      subsets: [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 80 }] }],
    }),
  ),
  create(
    "a quota",
    object("v1", "ResourceQuota", "create-quota", {
      spec: { hard: { pods: "5", "count/widgets.example.com": 3 } },
    }),
  ),
  create(
    "an Event",
    object("v1", "Event", "create-event", {
      involvedObject: { kind: "Pod", name: "x", namespace: "default" },
      reason: "Tested",
      message: "hello\n",
      type: "Normal",
      source: { component: "c" },
    }),
  ),
  create(
    "a validating webhook",
    object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "create-hook", {
      webhooks: [
        {
          name: "a.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          clientConfig: { service: { name: "s", namespace: "n" } },
          rules: [
            { apiGroups: ["example.com"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["x"] },
          ],
        },
      ],
    }),
  ),
  create("a PodTemplate", object("v1", "PodTemplate", "create-template", { template })),
  create(
    "a ReplicationController",
    object("v1", "ReplicationController", "create-rc", { spec: { template } }),
  ),
  create(
    "a ControllerRevision",
    object("apps/v1", "ControllerRevision", "create-revision", { revision: 1, data: { a: 1 } }),
  ),
  create(
    "a Node",
    object("v1", "Node", "create-node", { status: { capacity: { cpu: "2", memory: "4Gi" } } }),
  ),
];

/** Limits what is created after it, so it comes last. */
export const limitScenarios: readonly Scenario[] = [
  create(
    "a LimitRange",
    object("v1", "LimitRange", "create-limits", {
      spec: { limits: [{ type: "Container", max: { cpu: 2 } }] },
    }),
  ),
];
