import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "corpus" },
  spec: { minAvailable: 1, selector: { matchLabels: { app: "web" } } },
};

const condition = {
  type: "DisruptionAllowed",
  status: "True",
  reason: "SufficientPods",
  message: "",
  lastTransitionTime: "2026-01-01T00:00:00Z",
};

/** What is tried of a PodDisruptionBudget. */
export const budgetCorpus = kindCorpus(
  "policy/v1/PodDisruptionBudget",
  mutations(base, {
    spec: [undefined, {}],
    "spec.minAvailable": [undefined, 0, -1, "50%", "150%", "half", "", "-5%"],
    "spec.maxUnavailable": [1, "25%"],
    "only maxUnavailable": { "spec.minAvailable": undefined, "spec.maxUnavailable": "101%" },
    "spec.selector": [
      undefined,
      {},
      { matchLabels: { "a b": "c" } },
      { matchExpressions: [{ key: "a", operator: "NotIn" }] },
    ],
    "spec.unhealthyPodEvictionPolicy": ["IfHealthyBudget", "AlwaysAllow", "Other", ""],
    status: [{ disruptionsAllowed: 3 }],
  }),
  changes(base, {
    "spec.minAvailable": [2, -1],
    "spec.selector": [{}],
    "metadata.labels": [{ a: "b" }],
    "metadata.resourceVersion": [undefined],
  }),
  changes(
    base,
    {
      "status.currentHealthy": [3, -1],
      "status.desiredHealthy": [-1],
      "status.expectedPods": [-1],
      "status.disruptionsAllowed": [-1],
      "status.conditions": [
        [condition],
        [condition, condition],
        [{ ...condition, type: "a b" }],
        [{ ...condition, status: "Perhaps" }],
        [{ ...condition, reason: "" }],
        [{ ...condition, reason: "not so" }],
        [{ ...condition, lastTransitionTime: null }],
        [{ ...condition, observedGeneration: -1 }],
      ],
      "spec.minAvailable": [2],
    },
    { subresource: "status" },
    "status: ",
  ),
);
