import { ecRequest } from "../corpus/certificates/requests.ts";
import type { Scenario, Step } from "../scenario.ts";

/** Creates an object, and reads it as a table. */
function shown(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Record<string, unknown>,
): readonly Step[] {
  const key = `${apiVersion}/${kind}`;
  return [
    { verb: "create", kind: key, name, body: { apiVersion, kind, metadata: { name }, ...fields } },
    { verb: "table", kind: key, name },
  ];
}

const target = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const condition = {
  type: "Available",
  status: "False",
  reason: "ServiceNotFound",
  message: "no such Service",
};

/** The columns of kinds that nothing else is asked of here. */
export const tableScenarios: readonly Scenario[] = [
  {
    name: "tables: requests for certificates",
    steps: [
      ...shown("certificates.k8s.io/v1", "CertificateSigningRequest", "table-request", {
        spec: {
          request: Buffer.from(ecRequest).toString("base64"),
          signerName: "example.com/signer",
          usages: ["client auth"],
          expirationSeconds: 86_400,
        },
      }),
      {
        verb: "update",
        kind: "certificates.k8s.io/v1/CertificateSigningRequest",
        name: "table-request",
        subresource: "approval",
        change: (held) => ({ ...held, status: { conditions: [{ type: "Approved", status: "True" }] } }),
      },
      { verb: "table", kind: "certificates.k8s.io/v1/CertificateSigningRequest", name: "table-request" },
    ],
  },
  {
    name: "tables: classes, budgets, leases, slices",
    steps: [
      ...shown("node.k8s.io/v1", "RuntimeClass", "table-runtime", { handler: "runc" }),
      ...shown("scheduling.k8s.io/v1", "PriorityClass", "table-priority", { value: 5 }),
      ...shown("networking.k8s.io/v1", "IngressClass", "table-ingress", {
        spec: {
          controller: "example.com/a",
          parameters: { apiGroup: "example.com", kind: "Config", name: "a" },
        },
      }),
      ...shown("networking.k8s.io/v1", "NetworkPolicy", "table-policy", {
        spec: { podSelector: { matchLabels: { app: "web" } } },
      }),
      ...shown("storage.k8s.io/v1", "StorageClass", "table-storage", { provisioner: "example.com/disk" }),
      ...shown("storage.k8s.io/v1", "VolumeAttributesClass", "table-attributes", {
        driverName: "disk.example.com",
        parameters: { iops: "1" },
      }),
      ...shown("storage.k8s.io/v1", "CSIDriver", "table.example.com", {
        spec: { tokenRequests: [{ audience: "a" }] },
      }),
      ...shown("storage.k8s.io/v1", "CSINode", "table-node", {
        spec: { drivers: [{ name: "a.b", nodeID: "n" }] },
      }),
      ...shown("storage.k8s.io/v1", "CSIStorageCapacity", "table-capacity", {
        storageClassName: "a",
        capacity: "1Gi",
      }),
      ...shown("storage.k8s.io/v1", "VolumeAttachment", "table-attachment", {
        spec: { attacher: "a.b", nodeName: "n", source: { persistentVolumeName: "v" } },
      }),
      ...shown("policy/v1", "PodDisruptionBudget", "table-budget", { spec: { maxUnavailable: "50%" } }),
      ...shown("coordination.k8s.io/v1", "Lease", "table-lease", { spec: { holderIdentity: "a" } }),
      ...shown("discovery.k8s.io/v1", "EndpointSlice", "table-slice", {
        addressType: "IPv4",
        endpoints: [{ addresses: ["10.1.2.3"] }],
        ports: [{ port: 80 }, { name: "b", port: 81 }],
      }),
      ...shown("rbac.authorization.k8s.io/v1", "Role", "table-role", { rules: [] }),
      ...shown("rbac.authorization.k8s.io/v1", "ClusterRole", "table-role", { rules: [] }),
      ...shown("rbac.authorization.k8s.io/v1", "RoleBinding", "table-binding", {
        roleRef: { kind: "ClusterRole", name: "view" },
        subjects: [
          { kind: "User", name: "ann" },
          { kind: "ServiceAccount", name: "a", namespace: "default" },
        ],
      }),
    ],
  },
  {
    name: "tables: an autoscaler in both of its versions",
    steps: [
      ...shown("autoscaling/v1", "HorizontalPodAutoscaler", "table-older", {
        spec: { scaleTargetRef: target, maxReplicas: 3 },
      }),
      ...shown("autoscaling/v2", "HorizontalPodAutoscaler", "table-newer", {
        spec: { scaleTargetRef: target, maxReplicas: 3 },
      }),
    ],
  },
  {
    name: "tables: flow control",
    steps: [
      ...shown("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "table-level", {
        spec: { type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } },
      }),
      ...shown("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "table-rejecting", {
        spec: { type: "Limited", limited: { limitResponse: { type: "Reject" } } },
      }),
    ],
  },
  {
    name: "tables: a local APIService",
    steps: shown("apiregistration.k8s.io/v1", "APIService", "v1.table.example.com", {
      spec: { group: "table.example.com", version: "v1", groupPriorityMinimum: 100, versionPriority: 10 },
    }),
  },
  {
    // What is written is what a controller of the real server writes itself, sooner or later.
    name: "tables: an APIService whose Service isn't there",
    steps: [
      {
        verb: "create",
        kind: "apiregistration.k8s.io/v1/APIService",
        name: "v1.remote.example.com",
        body: {
          apiVersion: "apiregistration.k8s.io/v1",
          kind: "APIService",
          metadata: { name: "v1.remote.example.com" },
          spec: {
            group: "remote.example.com",
            version: "v1",
            groupPriorityMinimum: 100,
            versionPriority: 10,
            service: { namespace: "default", name: "nowhere" },
            insecureSkipTLSVerify: true,
          },
        },
      },
      {
        verb: "update",
        kind: "apiregistration.k8s.io/v1/APIService",
        name: "v1.remote.example.com",
        subresource: "status",
        change: (held) => ({ ...held, status: { conditions: [condition] } }),
        shared: true,
      },
      { verb: "table", kind: "apiregistration.k8s.io/v1/APIService", name: "v1.remote.example.com" },
    ],
  },
];
