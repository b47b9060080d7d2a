import { changes, kindCorpus, mutations } from "../corpus.ts";

const driver = {
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIDriver",
  metadata: { name: "disk.example.com" },
  spec: {},
};

/** What is tried of a CSIDriver. */
export const csiDriverCorpus = kindCorpus(
  "storage.k8s.io/v1/CSIDriver",
  mutations(driver, {
    "metadata.name": ["Disk"],
    spec: [undefined],
    "spec.attachRequired": [false],
    "spec.fsGroupPolicy": ["File", "None", "Other", ""],
    "spec.volumeLifecycleModes": [[], ["Ephemeral"], ["Other"], ["Persistent", "Persistent"]],
    "spec.tokenRequests": [
      [{ audience: "a" }],
      [{ audience: "a" }, { audience: "a" }],
      [{ audience: "" }, { audience: "a" }],
      [{ audience: "a", expirationSeconds: 599 }],
      [{ audience: "a", expirationSeconds: 4_294_967_297 }],
      [{ audience: "a", expirationSeconds: 600 }],
    ],
    "spec.serviceAccountTokenInSecrets": [true, false],
    "the token in secrets": {
      "spec.serviceAccountTokenInSecrets": true,
      "spec.tokenRequests": [{ audience: "a" }],
    },
    "spec.nodeAllocatableUpdatePeriodSeconds": [9, 10],
    "spec.preventPodSchedulingIfMissing": [true],
    "spec.storageCapacity": [true],
    "spec.seLinuxMount": [true],
  }),
  changes(driver, {
    "spec.attachRequired": [false],
    "spec.volumeLifecycleModes": [["Ephemeral"]],
    "spec.storageCapacity": [true],
    "spec.podInfoOnMount": [true],
    "spec.tokenRequests": [[{ audience: "a" }]],
    "spec.fsGroupPolicy": ["File", "Other"],
    "metadata.labels": [{ a: "b" }],
  }),
);

const node = {
  apiVersion: "storage.k8s.io/v1",
  kind: "CSINode",
  metadata: { name: "corpus" },
  spec: { drivers: [{ name: "disk.example.com", nodeID: "n1", topologyKeys: ["example.com/zone"] }] },
};

/** What is tried of a CSINode. */
export const csiNodeCorpus = kindCorpus(
  "storage.k8s.io/v1/CSINode",
  mutations(node, {
    "metadata.name": ["Bad Name"],
    spec: [undefined, {}],
    "spec.drivers": [[], null],
    "spec.drivers[0].name": ["", "Disk.Example.com", "a b", "x".repeat(64)],
    "spec.drivers[0].nodeID": ["", "x".repeat(257)],
    "spec.drivers[0].topologyKeys": [[], [""], ["a", "a"], ["a b"]],
    "spec.drivers[0].allocatable": [{}, { count: 5 }, { count: -1 }],
    "spec.drivers[1]": [{ name: "disk.example.com", nodeID: "n2" }],
  }),
  changes(node, {
    "spec.drivers[0].nodeID": ["n2"],
    "spec.drivers[0].allocatable": [{ count: 5 }],
    "spec.drivers[0].name": ["other.example.com"],
    "spec.drivers": [[]],
  }),
);

const capacity = {
  apiVersion: "storage.k8s.io/v1",
  kind: "CSIStorageCapacity",
  metadata: { name: "corpus" },
  storageClassName: "fast",
  nodeTopology: { matchLabels: { a: "b" } },
  capacity: "1Gi",
};

/** What is tried of a CSIStorageCapacity. */
export const capacityCorpus = kindCorpus(
  "storage.k8s.io/v1/CSIStorageCapacity",
  mutations(capacity, {
    storageClassName: ["", undefined, "Bad"],
    nodeTopology: [
      undefined,
      {},
      { matchLabels: { "a b": "c" } },
      { matchLabels: { "beta.kubernetes.io/os": "linux" } },
      { matchExpressions: [{ key: "beta.kubernetes.io/arch", operator: "Exists" }] },
    ],
    capacity: [undefined, "0", "-1", "lots"],
    maximumVolumeSize: ["1Gi", "-1"],
  }),
  changes(capacity, {
    storageClassName: ["slow"],
    nodeTopology: [{}, undefined],
    capacity: ["2Gi"],
    "metadata.labels": [{ a: "b" }],
  }),
);
