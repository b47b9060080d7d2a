import { changes, kindCorpus, mutations } from "../corpus.ts";

const many = Object.fromEntries(Array.from({ length: 513 }, (_, index) => [`k${index}`, "v"]));

const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "corpus" },
  provisioner: "example.com/disk",
};

const zone = { key: "topology.kubernetes.io/zone", values: ["a", "b"] };

/** What is tried of a StorageClass. */
export const storageClassCorpus = kindCorpus(
  "storage.k8s.io/v1/StorageClass",
  mutations(storageClass, {
    "metadata.name": ["A"],
    provisioner: ["", undefined, "Example.com/Disk", "a b", "a/b/c"],
    parameters: [{}, { a: "b" }, { "": "b" }, many],
    reclaimPolicy: ["Retain", "Recycle", ""],
    volumeBindingMode: ["WaitForFirstConsumer", "Other", ""],
    allowVolumeExpansion: [true, false],
    mountOptions: [["ro"], []],
    allowedTopologies: [
      [],
      [{}],
      [{ matchLabelExpressions: [zone] }],
      [{ matchLabelExpressions: [{ ...zone, values: [] }] }],
      [{ matchLabelExpressions: [{ ...zone, values: ["a", "a"] }] }],
      [{ matchLabelExpressions: [{ ...zone, key: "a b" }] }],
      [{ matchLabelExpressions: [zone, zone] }],
      [{ matchLabelExpressions: [zone] }, { matchLabelExpressions: [{ ...zone, values: ["b", "a"] }] }],
      [{ matchLabelExpressions: [{ key: "failure-domain.beta.kubernetes.io/zone", values: ["a"] }] }],
    ],
  }),
  changes(storageClass, {
    provisioner: ["example.com/other", ""],
    parameters: [{ a: "b" }],
    reclaimPolicy: ["Retain"],
    volumeBindingMode: ["WaitForFirstConsumer"],
    allowVolumeExpansion: [true],
    "metadata.labels": [{ a: "b" }],
  }),
);

const attributesClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "VolumeAttributesClass",
  metadata: { name: "corpus" },
  driverName: "disk.example.com",
  parameters: { iops: "100" },
};

/** What is tried of a VolumeAttributesClass. */
export const attributesClassCorpus = kindCorpus(
  "storage.k8s.io/v1/VolumeAttributesClass",
  mutations(attributesClass, {
    driverName: ["", undefined, "a b"],
    parameters: [undefined, {}, { "": "b" }, many],
  }),
  changes(attributesClass, {
    driverName: ["other.example.com", ""],
    parameters: [{ iops: "200" }, {}],
    "metadata.labels": [{ a: "b" }],
  }),
);

const attachment = {
  apiVersion: "storage.k8s.io/v1",
  kind: "VolumeAttachment",
  metadata: { name: "corpus" },
  spec: { attacher: "disk.example.com", nodeName: "node-1", source: { persistentVolumeName: "data" } },
};

const inline = {
  capacity: { storage: "1Gi" },
  accessModes: ["ReadWriteOnce"],
  csi: { driver: "disk.example.com", volumeHandle: "a" },
};

/** What is tried of a VolumeAttachment. */
export const attachmentCorpus = kindCorpus(
  "storage.k8s.io/v1/VolumeAttachment",
  mutations(attachment, {
    spec: [undefined],
    "spec.attacher": ["", "Disk.Example.com", "a b", "x".repeat(64)],
    "spec.nodeName": ["", "Bad Node"],
    "spec.source": [
      undefined,
      {},
      { persistentVolumeName: "" },
      { persistentVolumeName: "Bad Name" },
      { inlineVolumeSpec: inline },
      { inlineVolumeSpec: inline, persistentVolumeName: "data" },
    ],
    status: [{ attached: true }],
  }),
  changes(attachment, {
    "spec.nodeName": ["node-2"],
    "metadata.labels": [{ a: "b" }],
    "status.attached": [true],
  }),
  changes(
    attachment,
    {
      "status.attached": [true],
      "status.attachmentMetadata": [{ path: "/dev/a" }],
      "status.attachError": [
        { message: "no", time: "2026-01-01T00:00:00Z" },
        { message: "x".repeat(1025) },
        { errorCode: 5 },
        { errorCode: -1 },
      ],
      "spec.nodeName": ["node-2"],
      "metadata.labels": [{ a: "b" }],
    },
    { subresource: "status" },
    "status: ",
  ),
);
