import { mutations, topicCorpus, under } from "../../corpus.ts";
import { pod } from "./objects.ts";

const term = (...expressions: unknown[]) => ({ matchExpressions: expressions });
const required = (...nodeSelectorTerms: unknown[]) => ({
  requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
});
const labels = { matchLabels: { app: "a" } };

const podTerms = [
  [{ labelSelector: labels, topologyKey: "zone" }],
  [{ topologyKey: "zone" }],
  [{ labelSelector: labels, topologyKey: "" }],
  [{ labelSelector: labels, topologyKey: "a b" }],
  [{ labelSelector: { matchLabels: { "a b": "c d" } }, topologyKey: "zone" }],
  [{ labelSelector: { matchExpressions: [{ key: "a", operator: "In" }] }, topologyKey: "zone" }],
  [
    {
      labelSelector: { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] },
      topologyKey: "zone",
    },
  ],
  [
    {
      labelSelector: { matchExpressions: [{ key: "a", operator: "Other", values: ["b"] }] },
      topologyKey: "zone",
    },
  ],
  [
    {
      labelSelector: { matchExpressions: [{ key: "a", operator: "In", values: ["b c"] }] },
      topologyKey: "zone",
    },
  ],
  [{ labelSelector: labels, topologyKey: "zone", namespaces: ["a", "A_"] }],
  [{ labelSelector: labels, topologyKey: "zone", namespaceSelector: { matchLabels: { "a b": "c" } } }],
  [{ labelSelector: labels, topologyKey: "zone", matchLabelKeys: ["v"] }],
  [
    {
      labelSelector: labels,
      topologyKey: "zone",
      matchLabelKeys: ["app", "a b"],
      mismatchLabelKeys: ["app"],
    },
  ],
  [{ topologyKey: "zone", matchLabelKeys: ["a"], mismatchLabelKeys: ["b"] }],
  [
    {
      labelSelector: { matchLabels: { v: "1" }, matchExpressions: [{ key: "v", operator: "Exists" }] },
      topologyKey: "zone",
      matchLabelKeys: ["v"],
    },
  ],
];

const weighted = [
  [{ weight: 1, podAffinityTerm: { labelSelector: labels, topologyKey: "zone" } }],
  [{ weight: 0, podAffinityTerm: { topologyKey: "" } }],
  [{ weight: 101, podAffinityTerm: { labelSelector: labels, topologyKey: "zone" } }],
];

const spread = { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: labels };

export const podScheduling = topicCorpus(
  "v1/Pod",
  "scheduling",
  mutations(pod, {
    "spec.affinity": [{}, { nodeAffinity: {} }],
    "spec.affinity.nodeAffinity": [
      required(term({ key: "a", operator: "In", values: ["b"] })),
      required(),
      required({}),
      required(term({ key: "a", operator: "In" })),
      required(term({ key: "a b", operator: "Exists", values: ["c"] })),
      required(term({ key: "a", operator: "Gt", values: ["1", "2"] })),
      required(term({ key: "a", operator: "Gt", values: ["x"] })),
      required(term({ key: "a", operator: "Other", values: ["b c"] })),
      required(term({ key: "a", operator: "NotIn", values: ["b c", "d"] })),
      required({ matchFields: [{ key: "metadata.name", operator: "In", values: ["n"] }] }),
      required({ matchFields: [{ key: "metadata.name", operator: "In", values: ["n", "m"] }] }),
      required({ matchFields: [{ key: "metadata.name", operator: "Exists" }] }),
      required({ matchFields: [{ key: "metadata.uid", operator: "In", values: ["n"] }] }),
      required({ matchFields: [{ key: "metadata.name", operator: "In", values: ["N_"] }] }),
      required(term({ key: "beta.kubernetes.io/os", operator: "In", values: ["linux"] })),
      {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 0, preference: term({ key: "a", operator: "In", values: ["b c"] }) },
          { weight: 101, preference: {} },
          {
            weight: 5,
            preference: term({ key: "failure-domain.beta.kubernetes.io/zone", operator: "Exists" }),
          },
          { weight: 5, preference: term({ key: "a", operator: "Lt", values: [] }) },
        ],
      },
    ],
    ...under("spec.affinity.podAffinity", {
      requiredDuringSchedulingIgnoredDuringExecution: podTerms,
      preferredDuringSchedulingIgnoredDuringExecution: weighted,
    }),
    ...under("spec.affinity.podAntiAffinity", {
      requiredDuringSchedulingIgnoredDuringExecution: podTerms.slice(0, 4),
      preferredDuringSchedulingIgnoredDuringExecution: weighted,
    }),
    "spec.tolerations": [
      [{ key: "a", operator: "Equal", value: "b", effect: "NoSchedule" }],
      [{ operator: "Exists" }],
      [{}],
      [{ operator: "Equal" }],
      [{ key: "a b" }],
      [{ key: "a", value: "b c" }],
      [{ key: "a", operator: "Exists", value: "b" }],
      [{ key: "a", operator: "Other" }],
      [{ key: "a", operator: "Lt", value: "5" }],
      [{ key: "a", operator: "Gt", value: "x" }],
      [{ key: "a", effect: "Other" }],
      [{ key: "a", tolerationSeconds: 5 }],
      [{ key: "a", effect: "NoExecute", tolerationSeconds: -5 }],
    ],
    "spec.topologySpreadConstraints": [
      [spread],
      [{ ...spread, maxSkew: 0 }],
      [{ ...spread, maxSkew: -1 }],
      [{ ...spread, topologyKey: "" }],
      [{ ...spread, topologyKey: "a b" }],
      [{ ...spread, topologyKey: "failure-domain.beta.kubernetes.io/zone" }],
      [{ ...spread, whenUnsatisfiable: "Other" }],
      [{ ...spread, whenUnsatisfiable: "" }],
      [spread, spread],
      [{ ...spread, minDomains: 0 }],
      [{ ...spread, minDomains: 1, whenUnsatisfiable: "ScheduleAnyway" }],
      [{ ...spread, minDomains: 2 }],
      [{ ...spread, nodeAffinityPolicy: "Honor", nodeTaintsPolicy: "Ignore" }],
      [{ ...spread, nodeAffinityPolicy: "Other", nodeTaintsPolicy: "Other" }],
      [{ ...spread, labelSelector: null }],
      [{ ...spread, labelSelector: { matchLabels: { "a b": "c" } } }],
      [{ ...spread, matchLabelKeys: ["v"] }],
      [{ ...spread, matchLabelKeys: ["a b", "app"] }],
      [{ ...spread, labelSelector: null, matchLabelKeys: ["v"] }],
    ],
  }),
  mutations(
    { ...pod, metadata: { name: "web", labels: { v: "1", w: "2" } } },
    {
      "keys that the Pod has": {
        "spec.topologySpreadConstraints": [{ ...spread, matchLabelKeys: ["v", "other"] }],
        "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution": [
          { labelSelector: labels, topologyKey: "zone", matchLabelKeys: ["v"], mismatchLabelKeys: ["w"] },
        ],
        "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution": [
          {
            weight: 1,
            podAffinityTerm: { labelSelector: labels, topologyKey: "zone", matchLabelKeys: ["w", "other"] },
          },
        ],
      },
    },
    "with labels: ",
  ),
);
