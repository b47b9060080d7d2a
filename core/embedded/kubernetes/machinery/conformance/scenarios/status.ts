import type { Scenario, Step } from "../scenario.ts";
import { configMap, deployment, pod, service } from "./objects.ts";

type Fields = Record<string, unknown>;

const time = "2030-01-01T00:00:00Z";
const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "a:1" }] },
};

function status(kind: string, name: string, body: Fields, more: Partial<Step> = {}): Step {
  return {
    verb: "patch",
    kind,
    name,
    subresource: "status",
    patchType: "strategic",
    manager: "controller",
    body: { status: body },
    ...more,
  };
}

function create(body: Fields, more: Partial<Step> = {}): Step {
  return { verb: "create", kind: `${String(body["apiVersion"])}/${String(body["kind"])}`, body, ...more };
}

function object(apiVersion: string, kind: string, name: string, body: Fields): Fields {
  return { apiVersion, kind, metadata: { name }, ...body };
}

const everything = {
  nodeSelector: { disk: "fast" },
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          podAffinityTerm: { topologyKey: "zone", labelSelector: { matchLabels: { app: "web" } } },
        },
      ],
    },
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] }],
      },
    },
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { app: "web" } },
    },
  ],
  tolerations: [{ key: "a", operator: "Exists" }],
  securityContext: {
    fsGroup: 0,
    runAsNonRoot: false,
    seccompProfile: { type: "RuntimeDefault" },
    sysctls: [],
  },
  hostNetwork: false,
  shareProcessNamespace: false,
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 0,
  priorityClassName: "",
  dnsConfig: { nameservers: ["10.0.0.10"], options: [{ name: "ndots", value: "2" }] },
  readinessGates: [{ conditionType: "example.com/ok" }],
  containers: [
    {
      name: "web",
      image: "registry.example/web:1",
      workingDir: "",
      tty: false,
      envFrom: [{ configMapRef: { name: "c" } }, { prefix: "X_", secretRef: { name: "s", optional: true } }],
      env: [
        { name: "S", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
        { name: "R", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
      ],
      resources: {
        limits: { "ephemeral-storage": "2Gi", "example.com/gpu": 1 },
        requests: { cpu: "0.0001" },
      },
      livenessProbe: { exec: { command: ["true"] }, initialDelaySeconds: 0, timeoutSeconds: 3 },
      readinessProbe: { httpGet: { path: "/ok", port: "http", httpHeaders: [{ name: "A", value: "b" }] } },
      lifecycle: { postStart: { exec: { command: ["x"] } } },
      ports: [{ containerPort: 80, name: "http", hostPort: 0 }],
      securityContext: {
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      },
      volumeMounts: [{ name: "v", mountPath: "/v", subPath: "", readOnly: false }],
    },
  ],
  volumes: [
    { name: "v", emptyDir: { medium: "", sizeLimit: "0.5Gi" } },
    {
      name: "e",
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1G" } } },
        },
      },
    },
    { name: "n", nfs: { server: "s", path: "/p", readOnly: false } },
    { name: "i", csi: { driver: "d", readOnly: false } },
  ],
};

const containerStatus = {
  name: "web",
  image: "registry.example/web",
  imageID: "",
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: time } },
};

/** What controllers and the node write. */
export const statusScenarios: readonly Scenario[] = [
  {
    name: "status: a template with nearly everything",
    steps: [
      create(
        deployment("status-wide", { template: { metadata: { labels: { app: "web" } }, spec: everything } }),
      ),
    ],
  },
  {
    name: "status: a Pod starts, restarts, ends",
    steps: [
      create(pod("status-pod")),
      status("v1/Pod", "status-pod", {
        phase: "Running",
        hostIP: "10.0.0.1",
        podIP: "10.1.0.1",
        podIPs: [{ ip: "10.1.0.1" }],
        startTime: time,
        conditions: [
          { type: "Ready", status: "True", lastTransitionTime: time },
          { type: "PodScheduled", status: "True" },
        ],
        containerStatuses: [containerStatus],
      }),
      { verb: "table", kind: "v1/Pod", name: "status-pod" },
      status("v1/Pod", "status-pod", {
        conditions: [{ type: "Ready", status: "False", reason: "Ended" }],
        phase: "Succeeded",
      }),
      status("v1/Pod", "status-pod", { phase: "Succeeded" }),
      {
        verb: "patch",
        kind: "v1/Pod",
        name: "status-pod",
        patchType: "merge",
        body: { metadata: { annotations: { a: "b" } } },
      },
      {
        verb: "patch",
        kind: "v1/Pod",
        name: "status-pod",
        patchType: "merge",
        body: { metadata: { labels: null }, spec: { activeDeadlineSeconds: 5 } },
      },
    ],
  },
  {
    name: "status: a Node reports",
    steps: [
      create(object("v1", "Node", "status-node", { spec: { podCIDR: "10.1.0.0/24" } })),
      status("v1/Node", "status-node", {
        capacity: { cpu: "4", memory: "16384Mi", pods: "110" },
        addresses: [
          { type: "InternalIP", address: "10.0.0.1" },
          { type: "Hostname", address: "n" },
        ],
        conditions: [
          {
            type: "Ready",
            status: "True",
            reason: "KubeletReady",
            lastHeartbeatTime: time,
            lastTransitionTime: time,
          },
        ],
        nodeInfo: {
          kubeletVersion: "v1.36.3",
          osImage: "x",
          kernelVersion: "y",
          architecture: "amd64",
          containerRuntimeVersion: "simulated://1",
          operatingSystem: "linux",
          machineID: "",
          systemUUID: "",
          bootID: "",
          kubeProxyVersion: "",
        },
      }),
      { verb: "table", kind: "v1/Node", name: "status-node" },
      {
        verb: "patch",
        kind: "v1/Node",
        name: "status-node",
        patchType: "merge",
        body: {
          spec: { unschedulable: true },
          metadata: { labels: { "node-role.kubernetes.io/worker": "" } },
        },
      },
      { verb: "table", kind: "v1/Node", name: "status-node" },
    ],
  },
  {
    name: "status: workloads count",
    steps: [
      create(
        object("apps/v1", "ReplicaSet", "status-rs", {
          spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template },
        }),
      ),
      status("apps/v1/ReplicaSet", "status-rs", { replicas: 2, readyReplicas: 1, observedGeneration: 1 }),
      { verb: "table", kind: "apps/v1/ReplicaSet", name: "status-rs" },
      create(
        object("apps/v1", "StatefulSet", "status-sts", {
          spec: { serviceName: "s", selector: { matchLabels: { app: "web" } }, template },
        }),
      ),
      status("apps/v1/StatefulSet", "status-sts", {
        replicas: 1,
        readyReplicas: 1,
        currentRevision: "r",
        updateRevision: "r",
        collisionCount: 0,
      }),
      {
        verb: "patch",
        kind: "apps/v1/StatefulSet",
        name: "status-sts",
        patchType: "strategic",
        body: { spec: { replicas: 3, template: { metadata: { annotations: { a: "b" } } } } },
      },
      { verb: "table", kind: "apps/v1/StatefulSet", name: "status-sts" },
      create(
        object("batch/v1", "Job", "status-job", {
          spec: {
            completions: 2,
            template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "a:1" }] } },
          },
        }),
      ),
      status("batch/v1/Job", "status-job", {
        active: 1,
        startTime: time,
        ready: 0,
        uncountedTerminatedPods: {},
      }),
      create(
        object("apps/v1", "DaemonSet", "status-ds", {
          spec: { selector: { matchLabels: { app: "web" } }, template },
        }),
      ),
      {
        verb: "patch",
        kind: "apps/v1/DaemonSet",
        name: "status-ds",
        patchType: "strategic",
        body: { spec: { template: { metadata: { labels: { b: "c" } } } } },
      },
      {
        verb: "patch",
        kind: "apps/v1/DaemonSet",
        name: "status-ds",
        patchType: "strategic",
        body: { metadata: { labels: { d: "e" } } },
      },
    ],
  },
  {
    name: "status: volumes bind",
    steps: [
      create(
        object("v1", "PersistentVolume", "status-pv", {
          spec: {
            accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
            capacity: { storage: "1Gi" },
            local: { path: "/x" },
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["n"] }] },
                ],
              },
            },
          },
        }),
      ),
      {
        verb: "patch",
        kind: "v1/PersistentVolume",
        name: "status-pv",
        patchType: "merge",
        body: {
          spec: { claimRef: { kind: "PersistentVolumeClaim", namespace: "default", name: "status-pvc" } },
        },
      },
      status("v1/PersistentVolume", "status-pv", { phase: "Bound" }),
      { verb: "table", kind: "v1/PersistentVolume", name: "status-pv" },
      create(
        object("v1", "PersistentVolumeClaim", "status-pvc", {
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        }),
      ),
      {
        verb: "patch",
        kind: "v1/PersistentVolumeClaim",
        name: "status-pvc",
        patchType: "merge",
        body: {
          metadata: { annotations: { "pv.kubernetes.io/bind-completed": "yes" } },
          spec: { volumeName: "status-pv" },
        },
      },
      status("v1/PersistentVolumeClaim", "status-pvc", {
        phase: "Bound",
        accessModes: ["ReadWriteOnce"],
        capacity: { storage: "1Gi" },
      }),
      { verb: "table", kind: "v1/PersistentVolumeClaim", name: "status-pvc" },
    ],
  },
  {
    name: "status: an Ingress and a Service get addresses",
    steps: [
      create(
        object("networking.k8s.io/v1", "Ingress", "status-ingress", {
          spec: {
            ingressClassName: "c",
            tls: [{ hosts: ["a.example"] }],
            defaultBackend: { service: { name: "s", port: { name: "http" } } },
          },
        }),
      ),
      status("networking.k8s.io/v1/Ingress", "status-ingress", {
        loadBalancer: { ingress: [{ ip: "127.0.0.1" }, { hostname: "localhost" }] },
      }),
      { verb: "table", kind: "networking.k8s.io/v1/Ingress", name: "status-ingress" },
      create(service("status-service", { ports: [{ port: 80, targetPort: "http" }] })),
      {
        verb: "patch",
        kind: "v1/Service",
        name: "status-service",
        patchType: "json",
        body: [{ op: "replace", path: "/spec/ports/0/port", value: 8080 }],
      },
      { verb: "table", kind: "v1/Service", name: "status-service" },
    ],
  },
  {
    name: "status: Namespaces, budgets, autoscalers",
    steps: [
      create(object("v1", "Namespace", "status-ns", {})),
      {
        verb: "patch",
        kind: "v1/Namespace",
        name: "status-ns",
        patchType: "merge",
        body: { metadata: { labels: { a: "b" } } },
      },
      { verb: "table", kind: "v1/Namespace", name: "status-ns" },
      create(
        object("policy/v1", "PodDisruptionBudget", "status-pdb", {
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: "web" } } },
        }),
      ),
      status("policy/v1/PodDisruptionBudget", "status-pdb", {
        disruptionsAllowed: 1,
        currentHealthy: 2,
        desiredHealthy: 1,
        expectedPods: 2,
        observedGeneration: 1,
      }),
      {
        verb: "patch",
        kind: "policy/v1/PodDisruptionBudget",
        name: "status-pdb",
        patchType: "strategic",
        body: { spec: { selector: { matchLabels: { b: "c" } } } },
      },
      create(
        object("autoscaling/v2", "HorizontalPodAutoscaler", "status-hpa", {
          spec: {
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
            maxReplicas: 3,
            metrics: [
              {
                type: "Resource",
                resource: { name: "memory", target: { type: "AverageValue", averageValue: "100Mi" } },
              },
            ],
          },
        }),
      ),
      status("autoscaling/v2/HorizontalPodAutoscaler", "status-hpa", {
        currentReplicas: 1,
        desiredReplicas: 1,
      }),
      { verb: "table", kind: "autoscaling/v2/HorizontalPodAutoscaler", name: "status-hpa" },
    ],
  },
  {
    name: "status: generateName and what a create can't set",
    steps: [
      create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name: "status-set",
          uid: "x",
          generation: 7,
          creationTimestamp: time,
          deletionTimestamp: time,
          selfLink: "/x",
          managedFields: [
            {
              manager: "m",
              operation: "Update",
              apiVersion: "v1",
              fieldsType: "FieldsV1",
              fieldsV1: { "f:data": { "f:a": {} } },
            },
          ],
        },
        data: { a: "b" },
      }),
      create({ ...deployment("status-status"), status: { replicas: 4 } }),
      create(configMap("status-binary", {}, { annotations: { "": "" } })),
    ],
  },
];
