import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name: "corpus" },
  value: 1000,
};

/** What is tried of a PriorityClass. */
export const priorityClassCorpus = kindCorpus(
  "scheduling.k8s.io/v1/PriorityClass",
  mutations(base, {
    "metadata.name": ["system-mine", "A"],
    value: [undefined, 0, -10, 1_000_000_000, 1_000_000_001],
    description: ["for tests"],
    preemptionPolicy: ["Never", "Other", ""],
  }),
  changes(base, {
    value: [1001],
    preemptionPolicy: ["Never"],
    description: ["for tests"],
    "metadata.labels": [{ a: "b" }],
  }),
);
