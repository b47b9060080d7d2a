import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "node.k8s.io/v1",
  kind: "RuntimeClass",
  metadata: { name: "corpus" },
  handler: "runc",
};

/** What is tried of a RuntimeClass. */
export const runtimeClassCorpus = kindCorpus(
  "node.k8s.io/v1/RuntimeClass",
  mutations(base, {
    handler: ["", undefined, "Run C", "a.b"],
    overhead: [{}, { podFixed: { cpu: "100m", memory: "10Mi" } }, { podFixed: { cpu: "-1" } }],
    "scheduling.nodeSelector": [{ a: "b" }, { "a b": "c" }, { "beta.kubernetes.io/os": "linux" }],
    "scheduling.tolerations": [
      [{ key: "a", operator: "Exists" }],
      [{ key: "a", operator: "Exists", value: "b" }],
      [{ operator: "Equal" }],
      [{ key: "a b", operator: "Exists" }],
      [{ key: "a", value: "b c" }],
      [{ key: "a", operator: "Like" }],
      [{ key: "a", operator: "Gt", value: "1" }],
      [{ key: "a", operator: "Exists", effect: "Other" }],
      [{ key: "a", operator: "Exists", effect: "NoSchedule", tolerationSeconds: 5 }],
      [{ key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 }],
      [
        { key: "a", operator: "Exists" },
        { key: "a", operator: "Exists" },
      ],
    ],
  }),
  changes(base, {
    handler: ["kata", ""],
    "metadata.labels": [{ a: "b" }],
    "metadata.resourceVersion": [undefined],
  }),
);
