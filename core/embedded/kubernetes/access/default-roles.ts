import { sharedEntry, sharedMetadata } from "../cluster/shared-entry.ts";
import type { Entry } from "../storage/entry.ts";
import type { PolicyRule } from "./rules.ts";
import { authenticatedGroup, mastersGroup, unauthenticatedGroup } from "./user.ts";

/**
 * The roles every cluster begins with, as Kubernetes has them (its bootstrap policy), for what is served here.
 * They are shared by all clusters until one changes its own.
 */

const group = "rbac.authorization.k8s.io";
const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];
const health = ["/healthz", "/livez", "/readyz", "/version", "/version/"];

/** A rule in one line: groups, resources and verbs, words separated by blanks; `core` is the core group. */
function rule(groups: string, resources: string, verbs: readonly string[]): PolicyRule {
  const apiGroups = groups.split(" ").map((name) => (name === "core" ? "" : name));
  return { apiGroups, resources: resources.split(" "), verbs };
}

function paths(...nonResourceURLs: readonly string[]): PolicyRule {
  return { nonResourceURLs, verbs: ["get"] };
}

interface DefaultRole {
  readonly rules?: readonly PolicyRule[];
  /** Takes in the rules of the roles that say they aggregate to it. */
  readonly aggregates?: boolean;
  readonly aggregatesTo?: "admin" | "edit" | "view";
}

const roles: Readonly<Record<string, DefaultRole>> = {
  "cluster-admin": { rules: [rule("*", "*", ["*"]), { nonResourceURLs: ["*"], verbs: ["*"] }] },
  admin: { aggregates: true },
  edit: { aggregates: true, aggregatesTo: "admin" },
  view: { aggregates: true, aggregatesTo: "edit" },
  "system:aggregate-to-admin": {
    aggregatesTo: "admin",
    rules: [
      rule("authorization.k8s.io", "localsubjectaccessreviews", ["create"]),
      rule(group, "rolebindings roles", [...read, ...write]),
    ],
  },
  "system:aggregate-to-edit": {
    aggregatesTo: "edit",
    rules: [
      rule("core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", read),
      rule("core", "serviceaccounts", ["impersonate"]),
      rule("core", "pods pods/attach pods/exec pods/portforward pods/proxy", write),
      rule("core", "pods/eviction serviceaccounts/token", ["create"]),
      rule(
        "core",
        "configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
        write,
      ),
      rule("core events.k8s.io", "events", write),
      rule(
        "apps",
        "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
        write,
      ),
      rule("autoscaling", "horizontalpodautoscalers", write),
      rule("batch", "cronjobs jobs", write),
      rule("policy", "poddisruptionbudgets", write),
      rule("networking.k8s.io", "ingresses networkpolicies", write),
      rule("coordination.k8s.io", "leases", [...read, ...write]),
    ],
  },
  "system:aggregate-to-view": {
    aggregatesTo: "view",
    rules: [
      rule(
        "core",
        "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
        read,
      ),
      rule(
        "core",
        "bindings limitranges namespaces namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
        read,
      ),
      rule("core events.k8s.io", "events", read),
      rule("discovery.k8s.io", "endpointslices", read),
      rule(
        "apps",
        "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
        read,
      ),
      rule("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", read),
      rule("batch", "cronjobs cronjobs/status jobs jobs/status", read),
      rule("policy", "poddisruptionbudgets poddisruptionbudgets/status", read),
      rule("networking.k8s.io", "ingresses ingresses/status networkpolicies", read),
    ],
  },
  "system:auth-delegator": {
    rules: [
      rule("authentication.k8s.io", "tokenreviews", ["create"]),
      rule("authorization.k8s.io", "subjectaccessreviews", ["create"]),
    ],
  },
  "system:basic-user": {
    rules: [
      rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", ["create"]),
      rule("authentication.k8s.io", "selfsubjectreviews", ["create"]),
    ],
  },
  "system:discovery": {
    rules: [paths("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", ...health)],
  },
  "system:public-info-viewer": { rules: [paths(...health)] },
  "system:monitoring": {
    rules: [paths("/healthz", "/healthz/*", "/livez", "/livez/*", "/readyz", "/readyz/*")],
  },
  "system:node": {
    rules: [
      rule("authentication.k8s.io", "tokenreviews", ["create"]),
      rule("authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews", ["create"]),
      rule("core", "services configmaps secrets pods nodes", read),
      rule("core", "nodes", ["create", "patch", "update"]),
      rule("core", "nodes/status pods/status", ["patch", "update"]),
      rule("core", "pods", ["create", "delete"]),
      rule("core", "pods/eviction serviceaccounts/token", ["create"]),
      rule("core events.k8s.io", "events", ["create", "patch", "update"]),
      rule("core", "persistentvolumeclaims persistentvolumes endpoints serviceaccounts", ["get"]),
      rule("core", "persistentvolumeclaims/status", ["get", "patch", "update"]),
      rule("coordination.k8s.io", "leases", ["create", "delete", "get", "patch", "update"]),
      rule("storage.k8s.io", "csidrivers volumeattachments", read),
      rule("storage.k8s.io", "csinodes", ["create", "delete", "get", "patch", "update"]),
    ],
  },
};

/** Who has which of these roles in the whole cluster. */
const bindings: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": [mastersGroup],
  "system:basic-user": [authenticatedGroup],
  "system:discovery": [authenticatedGroup],
  "system:monitoring": ["system:monitoring"],
  "system:public-info-viewer": [authenticatedGroup, unauthenticatedGroup],
};

/** The roles and bindings as entries, by the resource they are stored under. */
export function defaultRoles(createdAt: string): ReadonlyMap<string, readonly Entry[]> {
  const roleEntries = Object.entries(roles).map(([name, role]) =>
    sharedEntry({
      apiVersion: `${group}/v1`,
      kind: "ClusterRole",
      metadata: metadata("clusterroles", name, createdAt, role.aggregatesTo),
      ...(role.aggregates ? { aggregationRule: aggregation(name) } : {}),
      rules: role.rules ?? null,
    }),
  );
  const bindingEntries = Object.entries(bindings).map(([name, groups]) =>
    sharedEntry({
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: metadata("clusterrolebindings", name, createdAt),
      roleRef: { apiGroup: group, kind: "ClusterRole", name },
      subjects: groups.map((subject) => ({ apiGroup: group, kind: "Group", name: subject })),
    }),
  );
  return new Map([
    [`${group}/clusterroles`, roleEntries],
    [`${group}/clusterrolebindings`, bindingEntries],
  ]);
}

function aggregation(name: string): Record<string, unknown> {
  return { clusterRoleSelectors: [{ matchLabels: { [`${group}/aggregate-to-${name}`]: "true" } }] };
}

function metadata(plural: string, name: string, creationTimestamp: string, aggregatesTo?: string) {
  return {
    ...sharedMetadata(plural, name, creationTimestamp),
    annotations: { [`${group}/autoupdate`]: "true" },
    labels: {
      "kubernetes.io/bootstrapping": "rbac-defaults",
      ...(aggregatesTo === undefined ? {} : { [`${group}/aggregate-to-${aggregatesTo}`]: "true" }),
    },
  };
}
