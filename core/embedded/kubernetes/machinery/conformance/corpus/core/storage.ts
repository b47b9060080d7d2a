import { changes, kindCorpus, mutations, under } from "../corpus.ts";
import { volumeSources } from "./volume-sources.ts";

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } },
};
const snapshot = { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: "a" };

const changed = {
  "nothing changed": {},
  "metadata.labels": [{ a: "b" }],
  "spec.accessModes": [["ReadOnlyMany"], []],
  "spec.resources.requests.storage": ["3Gi", "1Gi", "0", undefined],
  "spec.resources.limits": [{ storage: "5Gi" }],
  "spec.storageClassName": ["fast", ""],
  "spec.volumeName": ["other"],
  "spec.volumeMode": ["Block"],
  "spec.selector": [{ matchLabels: { a: "b" } }],
  "spec.dataSource": [snapshot],
  "spec.volumeAttributesClassName": ["gold", ""],
  "metadata.annotations[volume.beta.kubernetes.io/storage-class]": ["fast"],
};

export const claims = kindCorpus(
  "v1/PersistentVolumeClaim",
  mutations(claim, {
    "metadata.name": ["a.b", "A"],
    "spec.accessModes": [
      undefined,
      [],
      ["Other"],
      ["ReadWriteOnce", "ReadOnlyMany"],
      ["ReadWriteOncePod"],
      ["ReadWriteOncePod", "ReadWriteMany"],
    ],
    "spec.resources": [undefined, {}, { requests: {} }],
    "spec.resources.requests.storage": ["0", "-1", "1.5"],
    "spec.resources.requests.other": ["1"],
    "spec.resources.limits": [{ storage: "0.5" }],
    "spec.selector": [
      { matchLabels: { "a b": "c" } },
      { matchExpressions: [{ key: "a", operator: "In" }] },
      { matchExpressions: [{ key: "a", operator: "In", values: ["b c"] }] },
    ],
    "spec.storageClassName": ["", "fast", "Bad_"],
    "spec.volumeMode": ["Block", "Other"],
    "spec.volumeName": ["other"],
    "spec.volumeAttributesClassName": ["gold", "Bad_", ""],
    "spec.dataSource": [
      snapshot,
      { kind: "PersistentVolumeClaim", name: "a" },
      { kind: "Pod", name: "a" },
      { kind: "PersistentVolumeClaim" },
      { apiGroup: "a.example", kind: "A", name: "a" },
    ],
    "spec.dataSourceRef": [
      snapshot,
      { kind: "Pod", name: "a" },
      { kind: "", name: "" },
      { apiGroup: "A_", kind: "A", name: "a" },
      { ...snapshot, namespace: "other" },
    ],
    "two sources that agree": { "spec.dataSource": snapshot, "spec.dataSourceRef": snapshot },
    "two sources that don't agree": {
      "spec.dataSource": snapshot,
      "spec.dataSourceRef": { ...snapshot, name: "b" },
    },
    "metadata.annotations[volume.beta.kubernetes.io/storage-class]": ["fast"],
  }),
  changes(claim, changed),
  changes(
    { ...claim, spec: { ...claim.spec, volumeName: "v", storageClassName: "fast" } },
    changed,
    { status: { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "2Gi" } } },
    "update of a bound one: ",
  ),
  changes(
    claim,
    {
      "status.phase": ["Bound", "Lost"],
      "status.capacity": [{ storage: "1Gi" }, { storage: "-1" }],
      "status.allocatedResources": [
        { storage: "1Gi" },
        { storage: "-1", other: "1" },
        { "a b": "1" },
        { "a.example/b": "1" },
      ],
      "status.allocatedResourceStatuses": [
        { storage: "NodeResizePending" },
        { storage: "Other" },
        { cpu: "NodeResizePending" },
      ],
      "spec.volumeName": ["other"],
    },
    { subresource: "status" },
    "status: ",
  ),
);

const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "disk" },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "2Gi" },
    hostPath: { path: "/a" },
  },
};
const { hostPath: _hostPath, ...bare } = volume.spec;
const affinity = {
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] }] },
};
const csi = { driver: "a.example", volumeHandle: "b" };

export const volumes = kindCorpus(
  "v1/PersistentVolume",
  mutations(volume, {
    "metadata.name": ["a.b", "A"],
    "spec.accessModes": [undefined, [], ["Other"], ["ReadWriteOncePod", "ReadWriteMany"]],
    "spec.capacity": [
      undefined,
      { storage: "0" },
      { storage: "-1" },
      { cpu: "1" },
      { storage: "1", cpu: "1" },
    ],
    "spec.persistentVolumeReclaimPolicy": ["Delete", "Recycle", "Other", ""],
    "spec.storageClassName": ["fast", "Bad_"],
    "spec.volumeMode": ["Block", "Other"],
    "spec.volumeAttributesClassName": ["gold", ""],
    "spec.nodeAffinity": [
      affinity,
      {},
      { required: {} },
      {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "beta.kubernetes.io/os", operator: "In", values: ["b c"] }] },
          ],
        },
      },
    ],
    "spec.claimRef": [{ namespace: "default", name: "a" }],
    "spec.mountOptions": [["a"], [""]],
    "spec.nfs": [{ server: "a", path: "/b" }],
    "a root that is emptied": {
      "spec.hostPath.path": "/",
      "spec.persistentVolumeReclaimPolicy": "Recycle",
    },
    "metadata.annotations[volume.beta.kubernetes.io/storage-class]": ["fast"],
    "metadata.annotations[volume.beta.kubernetes.io/mount-options]": ["a"],
  }),
  mutations(
    { ...volume, spec: { ...bare, csi } },
    {
      "spec.csi": [undefined],
      ...under("spec", {
        ...Object.fromEntries(
          Object.entries(volumeSources).map(([source, bodies]) => [
            source,
            { csi: undefined, [source]: bodies[0] },
          ]),
        ),
      }),
      ...Object.fromEntries(
        Object.entries(volumeSources).flatMap(([source, bodies]) =>
          bodies
            .slice(1)
            .map((body, index) => [
              `${source} ${index}`,
              { "spec.csi": undefined, [`spec.${source}`]: body },
            ]),
        ),
      ),
      "spec.csi.driver": ["", "A_", "x".repeat(64)],
      "spec.csi.volumeHandle": [""],
      "spec.csi.controllerPublishSecretRef": [
        { name: "a", namespace: "b" },
        {},
        { name: "A_", namespace: "B_" },
      ],
      "spec.csi.nodeExpandSecretRef": [{}],
      "spec.csi.nodeStageSecretRef": [{}],
      "spec.csi.controllerExpandSecretRef": [{}],
      "spec.csi.nodePublishSecretRef": [{}],
      "spec.volumeAttributesClassName": ["gold", "Bad_", ""],
      local: { "spec.csi": undefined, "spec.local": { path: "/a" } },
      "local with its node": {
        "spec.csi": undefined,
        "spec.local": { path: "/a" },
        "spec.nodeAffinity": affinity,
      },
      "local without path": { "spec.csi": undefined, "spec.local": {}, "spec.nodeAffinity": affinity },
      "a secret of another namespace": {
        "spec.csi": undefined,
        "spec.azureFile": { secretName: "a", shareName: "b", secretNamespace: "" },
      },
      "endpoints of another namespace": {
        "spec.csi": undefined,
        "spec.glusterfs": { endpoints: "a", path: "b", endpointsNamespace: "B_" },
      },
      "cinder's secret": {
        "spec.csi": undefined,
        "spec.cinder": { volumeID: "a", secretRef: { name: "a" } },
      },
      "mount options of something without": {
        "spec.csi": undefined,
        "spec.fc": { wwids: ["a"] },
        "spec.mountOptions": ["a"],
      },
      "mount options of scaleIO": {
        "spec.csi": undefined,
        "spec.scaleIO": { gateway: "a", system: "b", volumeName: "c", secretRef: {} },
        "spec.mountOptions": ["a"],
      },
    },
    "csi: ",
  ),
  changes(
    { ...volume, spec: { ...volume.spec, nodeAffinity: affinity } },
    {
      "spec.capacity.storage": ["3Gi", "1Gi"],
      "spec.accessModes": [["ReadOnlyMany"]],
      "spec.hostPath.path": ["/b"],
      "spec.persistentVolumeReclaimPolicy": ["Delete"],
      "spec.storageClassName": ["fast"],
      "spec.volumeMode": ["Block"],
      "spec.nodeAffinity": [undefined],
      "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key": ["c"],
      "spec.claimRef": [{ namespace: "default", name: "a" }],
      "metadata.labels": [{ a: "b" }],
    },
  ),
  changes(
    {
      ...volume,
      spec: {
        ...bare,
        csi,
        volumeAttributesClassName: "gold",
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "beta.kubernetes.io/os", operator: "In", values: ["b"] }] },
            ],
          },
        },
      },
    },
    {
      "spec.csi.controllerExpandSecretRef": [{ name: "a", namespace: "b" }],
      "spec.csi.volumeHandle": ["c"],
      "spec.volumeAttributesClassName": ["silver", undefined],
      "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key": ["kubernetes.io/os"],
    },
    {},
    "update of csi: ",
  ),
  changes(
    volume,
    { "status.phase": ["Available", "Bound"], "status.message": ["a"], "spec.storageClassName": ["other"] },
    { subresource: "status" },
    "status: ",
  ),
);
