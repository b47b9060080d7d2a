import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "corpus" },
  spec: { controller: "example.com/ingress" },
};

/** What is tried of an IngressClass. */
export const ingressClassCorpus = kindCorpus(
  "networking.k8s.io/v1/IngressClass",
  mutations(base, {
    spec: [undefined],
    "spec.controller": [
      "",
      "example.com",
      "example.com/",
      "/a",
      "Bad_Host/a",
      "example.com/a b",
      `example.com/${"x".repeat(250)}`,
    ],
    "spec.parameters": [
      {},
      { kind: "Config", name: "a" },
      { kind: "Config", name: "a", apiGroup: "Bad Group" },
      { kind: "a/b", name: "." },
      { kind: "Config", name: "a", scope: "Namespace" },
      { kind: "Config", name: "a", scope: "Namespace", namespace: "Bad" },
      { kind: "Config", name: "a", scope: "Namespace", namespace: "x" },
      { kind: "Config", name: "a", scope: "Cluster", namespace: "x" },
      { kind: "Config", name: "a", scope: "Other" },
    ],
  }),
  changes(base, {
    "spec.controller": ["example.com/other"],
    "spec.parameters": [
      { kind: "Config", name: "a" },
      { kind: "", name: "a" },
    ],
    "metadata.labels": [{ a: "b" }],
  }),
);
