import { changes, kindCorpus, mutations, type Table } from "../corpus.ts";

const group = "rbac.authorization.k8s.io";
const rule = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };

function role(kind: string) {
  return { apiVersion: `${group}/v1`, kind, metadata: { name: "corpus" }, rules: [rule] };
}

const rules: Table = {
  "metadata.name": ["A:b", "a/b", "a%b", "."],
  rules: [undefined, [], null],
  "rules[0].verbs": [undefined, []],
  "rules[0].apiGroups": [undefined, []],
  "rules[0].resources": [undefined, []],
  "rules[0].resourceNames": [["a"]],
  "rules[0].nonResourceURLs": [["/healthz"]],
  "only urls": { "rules[0]": { verbs: ["get"], nonResourceURLs: ["/healthz"] } },
};

/** What is tried of a Role. */
export const roleCorpus = kindCorpus(
  `${group}/v1/Role`,
  mutations(role("Role"), rules),
  changes(role("Role"), { "rules[0].verbs": [["list"], []], "metadata.labels": [{ a: "b" }] }),
);

/** What is tried of a ClusterRole. */
export const clusterRoleCorpus = kindCorpus(
  `${group}/v1/ClusterRole`,
  mutations(role("ClusterRole"), {
    ...rules,
    aggregationRule: [
      {},
      { clusterRoleSelectors: [] },
      { clusterRoleSelectors: [{}] },
      { clusterRoleSelectors: [{ matchLabels: { "a b": "c" } }] },
      { clusterRoleSelectors: [{ matchExpressions: [{ key: "a", operator: "Like" }] }] },
    ],
  }),
  changes(role("ClusterRole"), { "rules[0].verbs": [["list"], []] }),
);

function binding(kind: string, roleKind: string) {
  return {
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name: "corpus" },
    roleRef: { apiGroup: group, kind: roleKind, name: "view" },
    subjects: [{ kind: "User", name: "ann" }],
  };
}

const bindings: Table = {
  subjects: [undefined, []],
  "subjects[0]": [
    {},
    { kind: "User", name: "" },
    { kind: "User", name: "ann", apiGroup: "other" },
    { kind: "User", name: "ann", namespace: "default" },
    { kind: "Group", name: "team", apiGroup: group },
    { kind: "Group", name: "team", apiGroup: "" },
    { kind: "ServiceAccount", name: "a" },
    { kind: "ServiceAccount", name: "a", namespace: "default" },
    { kind: "ServiceAccount", name: "Bad Name", namespace: "default" },
    { kind: "ServiceAccount", name: "a", namespace: "default", apiGroup: group },
    { kind: "Robot", name: "a" },
  ],
  roleRef: [undefined],
  "roleRef.apiGroup": [undefined, "", "other"],
  "roleRef.kind": ["", "Role", "ClusterRole", "Other"],
  "roleRef.name": ["", "a/b", "cluster-admin"],
};

const bindingChanges: Table = {
  "roleRef.name": ["edit"],
  "roleRef.kind": ["Role"],
  "subjects[0].name": ["bob", ""],
  subjects: [undefined],
};

/** What is tried of a RoleBinding. */
export const roleBindingCorpus = kindCorpus(
  `${group}/v1/RoleBinding`,
  mutations(binding("RoleBinding", "ClusterRole"), bindings),
  changes(binding("RoleBinding", "ClusterRole"), bindingChanges),
);

/** What is tried of a ClusterRoleBinding. */
export const clusterRoleBindingCorpus = kindCorpus(
  `${group}/v1/ClusterRoleBinding`,
  mutations(binding("ClusterRoleBinding", "ClusterRole"), bindings),
  changes(binding("ClusterRoleBinding", "ClusterRole"), bindingChanges),
);
