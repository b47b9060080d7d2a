import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  metadata: { name: "corpus" },
  spec: { holderIdentity: "a", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000000Z" },
};

/** What is tried of a Lease. */
export const leaseCorpus = kindCorpus(
  "coordination.k8s.io/v1/Lease",
  mutations(base, {
    spec: [undefined, {}],
    "spec.holderIdentity": ["", undefined],
    "spec.leaseDurationSeconds": [0, -1, 1],
    "spec.leaseTransitions": [0, -1, 3],
    "spec.renewTime": ["2026-01-01T00:00:00Z", "yesterday"],
    "spec.strategy": ["OldestEmulationVersion", "Other"],
    "spec.preferredHolder": ["b"],
  }),
  changes(base, {
    "spec.leaseDurationSeconds": [0, 20],
    "spec.strategy": ["OldestEmulationVersion"],
    "metadata.resourceVersion": [undefined],
  }),
);
