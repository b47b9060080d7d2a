import { kindCorpus, mutations } from "../corpus.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "web", image: "registry.example/web:1" }] },
};

export const podCorpus = kindCorpus(
  "v1/Pod",
  mutations(pod, {
    "metadata.name": ["", "Web", "a.b", "a..b", "-a", "x".repeat(254)],
    "spec.containers": [undefined, []],
    "spec.containers[0].name": ["", "Web", "a.b"],
  }),
);
