import { changes, kindCorpus, mutations } from "../corpus.ts";

const group = "flowcontrol.apiserver.k8s.io";
const resourceRule = { verbs: ["get"], apiGroups: [""], resources: ["pods"], namespaces: ["default"] };
const subject = { kind: "User", user: { name: "ann" } };

const schema = {
  apiVersion: `${group}/v1`,
  kind: "FlowSchema",
  metadata: { name: "corpus" },
  spec: {
    priorityLevelConfiguration: { name: "catch-all" },
    rules: [{ subjects: [subject], resourceRules: [resourceRule] }],
  },
};

const rule = "spec.rules[0]";
const account = { kind: "ServiceAccount", serviceAccount: { name: "a", namespace: "default" } };

/** What is tried of a FlowSchema; a controller of the real server writes the status of one that is held. */
export const flowSchemaCorpus = kindCorpus(
  `${group}/v1/FlowSchema`,
  mutations(schema, {
    "metadata.name": ["A", "exempt"],
    spec: [undefined],
    "spec.matchingPrecedence": [-1, 0, 1, 10_000, 10_001],
    "spec.distinguisherMethod": [{ type: "ByUser" }, { type: "ByNamespace" }, { type: "Other" }, {}],
    "spec.priorityLevelConfiguration.name": ["", "Bad Name", "elsewhere"],
    "spec.rules": [[], undefined],
    [`${rule}.subjects`]: [[], undefined],
    [`${rule}.subjects[0]`]: [
      {},
      { kind: "User" },
      { kind: "User", user: { name: "" } },
      { kind: "User", user: { name: "a" }, group: { name: "b" } },
      { kind: "Group", group: { name: "b" } },
      { kind: "Group", group: {}, user: { name: "a" }, serviceAccount: account.serviceAccount },
      { kind: "Group" },
      account,
      { kind: "ServiceAccount" },
      { kind: "ServiceAccount", serviceAccount: { name: "*", namespace: "default" } },
      { kind: "ServiceAccount", serviceAccount: { name: "", namespace: "" } },
      { kind: "ServiceAccount", serviceAccount: { name: "Bad Name", namespace: "*" } },
      { ...account, user: { name: "a" } },
      { kind: "Robot" },
    ],
    [`${rule}.resourceRules`]: [[], undefined],
    [`${rule}.resourceRules[0].verbs`]: [[], ["*"], ["*", "get"], ["fly"]],
    [`${rule}.resourceRules[0].apiGroups`]: [[], ["*"], ["*", "apps"]],
    [`${rule}.resourceRules[0].resources`]: [[], ["*"], ["*", "pods"]],
    [`${rule}.resourceRules[0].namespaces`]: [[], ["*"], ["*", "default"], ["Bad Name"]],
    "cluster scoped": {
      [`${rule}.resourceRules[0].namespaces`]: [],
      [`${rule}.resourceRules[0].clusterScope`]: true,
    },
    [`${rule}.nonResourceRules`]: [
      [{}],
      [{ verbs: ["get"], nonResourceURLs: ["/healthz"] }],
      [{ verbs: ["fly"], nonResourceURLs: ["/"] }],
      [{ verbs: ["*", "get"], nonResourceURLs: ["*", "/a"] }],
      [{ verbs: ["get"], nonResourceURLs: ["", "a", "/a b", "/a//b", "/a/*", "/a*", "/*/*"] }],
    ],
    status: [{ conditions: [{ type: "Dangling", status: "True" }] }],
  }),
);

const level = {
  apiVersion: `${group}/v1`,
  kind: "PriorityLevelConfiguration",
  metadata: { name: "corpus" },
  spec: { type: "Limited", limited: { limitResponse: { type: "Queue", queuing: {} } } },
};

const response = "spec.limited.limitResponse";

/** What is tried of a PriorityLevelConfiguration. */
export const priorityLevelCorpus = kindCorpus(
  `${group}/v1/PriorityLevelConfiguration`,
  mutations(level, {
    "metadata.name": ["A"],
    "metadata.annotations": [{ "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares": "" }],
    spec: [undefined, { type: "Exempt" }, { type: "Other" }, { type: "Limited" }],
    "spec.type": ["Exempt", ""],
    "spec.exempt": [{}],
    "spec.limited": [{}],
    "spec.limited.nominalConcurrencyShares": [0, -1, 5],
    "spec.limited.lendablePercent": [-1, 101, 50],
    "spec.limited.borrowingLimitPercent": [-1, 0, 500],
    [`${response}.type`]: ["", "Reject", "Other"],
    [response]: [{ type: "Queue" }, { type: "Reject" }],
    [`${response}.queuing.queues`]: [-1, 10_000_001, 4],
    [`${response}.queuing.handSize`]: [-1, 65, 20],
    [`${response}.queuing.queueLengthLimit`]: [-1, 10],
    status: [{ conditions: [{ type: "A", status: "True" }] }],
  }),
  changes(level, {
    "spec.limited.lendablePercent": [50, 101],
    "metadata.labels": [{ a: "b" }],
  }),
  changes(
    level,
    {
      "status.conditions": [[{ type: "A", status: "True" }], [{ type: "", status: "True" }]],
      "metadata.labels": [{ a: "b" }],
    },
    { subresource: "status" },
    "status: ",
  ),
);
