import type { Scenario } from "../exchange.ts";
import { as, aside, bind, clusterRole, core, get, post, rbac, review, role, user } from "./requests.ts";

const pods = (...verbs: string[]) => ({ apiGroups: [""], resources: ["pods"], verbs });
const writer = (...resources: string[]) => ({
  apiGroups: ["rbac.authorization.k8s.io"],
  resources,
  verbs: ["create", "update", "patch", "get"],
});

/** Roles: nobody gives out more than they have. */
export const roleScenarios: readonly Scenario[] = [
  {
    name: "who writes roles gives out only what they hold",
    exchanges: [
      clusterRole("escalate-writer", [
        writer("roles", "rolebindings", "clusterroles", "clusterrolebindings"),
        pods("get"),
        { nonResourceURLs: ["/metrics*"], verbs: ["get"] },
      ]),
      bind("escalate-writer", "ClusterRole/escalate-writer", user("eve"), ""),
      get(`${rbac}/clusterroles/escalate-writer`, { headers: as("eve"), until: 200 }),
      role("held", [pods("get")], { headers: as("eve") }),
      role("more", [pods("get", "list", "watch")], { headers: as("eve") }),
      role(
        "much-more",
        [
          pods("delete"),
          { apiGroups: ["apps", "batch"], resources: ["jobs", "*"], verbs: ["*"], resourceNames: ["b", "a"] },
        ],
        { headers: as("eve", "friends") },
      ),
      {
        ...clusterRole("paths", [{ nonResourceURLs: ["/metrics/cadvisor"], verbs: ["get"] }]),
        headers: as("eve"),
      },
      {
        ...clusterRole("more-paths", [{ nonResourceURLs: ["/logs", "*"], verbs: ["get", "post"] }]),
        headers: as("eve"),
      },
      {
        ...clusterRole("gathering", [], {
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] },
        }),
        headers: as("eve"),
      },
      {
        method: "PATCH",
        path: `${rbac}/namespaces/default/roles/held`,
        type: "application/merge-patch+json",
        body: { rules: [pods("get", "list")] },
        headers: as("eve"),
      },
      {
        method: "PATCH",
        path: `${rbac}/namespaces/default/roles/held`,
        type: "application/merge-patch+json",
        body: { metadata: { labels: { a: "b" } } },
        headers: as("eve"),
      },
      bind("bound", "Role/held", user("fred"), "default", { headers: as("eve") }),
      bind("bound-more", "ClusterRole/view", user("fred"), "default", { headers: as("eve") }),
      bind("bound-none", "ClusterRole/none", user("fred"), "default", { headers: as("eve") }),
      bind("bound-none", "ClusterRole/cluster-admin", user("fred"), "", { headers: as("eve") }),
    ],
  },
  {
    name: "who may bind or escalate does",
    exchanges: [
      clusterRole("escalate-allowed", [
        writer("roles", "rolebindings"),
        { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["escalate"] },
        {
          apiGroups: ["rbac.authorization.k8s.io"],
          resources: ["clusterroles"],
          resourceNames: ["view"],
          verbs: ["bind"],
        },
      ]),
      bind("escalate-allowed", "ClusterRole/escalate-allowed", user("ella")),
      get(`${rbac}/namespaces/default/roles/missing`, { headers: as("ella"), until: 404 }),
      role("escalated", [pods("*")], { headers: as("ella") }),
      bind("ella-binds", "ClusterRole/view", user("fred"), "default", { headers: as("ella") }),
      bind("ella-binds-more", "ClusterRole/edit", user("fred"), "default", {
        headers: as("ella"),
      }),
    ],
  },
  {
    name: "roles and bindings that mean nothing are refused",
    exchanges: [
      role("bad", [{ apiGroups: [""], resources: ["pods"] }]),
      role("bad", [{ verbs: ["get"] }]),
      bind("bad", "Other/view", user("a")),
      bind("bad", "Role/view", user("a"), ""),
      bind("bad", "ClusterRole/view", { kind: "Friend", name: "a" }),
      bind("bad", "ClusterRole/view", { kind: "ServiceAccount", name: "a" }, ""),
      bind("fixed", "ClusterRole/view", user("a")),
      {
        method: "PATCH",
        path: `${rbac}/namespaces/default/rolebindings/fixed`,
        type: "application/merge-patch+json",
        body: { roleRef: { name: "edit" } },
      },
    ],
  },
  {
    name: "a role takes in those its rule selects",
    exchanges: [
      clusterRole("gather", undefined, {
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { "example.com/gather": "yes" } }] },
      }),
      post(`${rbac}/clusterroles`, {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "gathered-b", labels: { "example.com/gather": "yes" } },
        rules: [pods("list"), pods("get")],
      }),
      post(`${rbac}/clusterroles`, {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "gathered-a", labels: { "example.com/gather": "yes" } },
        rules: [pods("get"), pods("deletecollection")],
      }),
      bind("gather", "ClusterRole/gather", user("gina"), ""),
      get("/api/v1/pods", { headers: as("gina"), until: 200 }),
      aside({
        method: "DELETE",
        path: `${core}/pods?labelSelector=none%3Dnone`,
        headers: as("gina"),
        until: 200,
      }),
      get(`${rbac}/clusterroles/gather`),
      aside({ method: "DELETE", path: `${rbac}/clusterroles/gathered-b` }),
      get("/api/v1/pods", { headers: as("gina"), until: 403 }),
      get(`${rbac}/clusterroles/gather`),
      review("SelfSubjectRulesReview", { namespace: "default" }, { headers: as("gina") }),
    ],
  },
];
