import type { Scenario, Step } from "../scenario.ts";

const classes = "/apis/storage.k8s.io/v1/storageclasses";
const claims = "/api/v1/namespaces/default/persistentvolumeclaims";

function storageClass(name: string, allowVolumeExpansion: boolean | undefined): Step {
  const body = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "example.com/none",
    allowVolumeExpansion,
  };
  return { method: "POST", path: classes, body };
}

/** A claim of one gibibyte, bound to nothing in particular where it says it is bound. */
function claim(name: string, metadata: object, spec: object, phase?: "Bound"): readonly Step[] {
  const body = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, ...metadata },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
  };
  const made: Step = { method: "POST", path: claims, body };
  if (phase === undefined) return [made];
  return [made, { method: "PATCH", path: `${claims}/${name}/status`, body: { status: { phase } } }];
}

function resize(name: string, storage: string, spec: object = {}): Step {
  const body = { spec: { resources: { requests: { storage } }, ...spec } };
  return { method: "PATCH", path: `${claims}/${name}?dryRun=All`, body };
}

/** Its finalizer would keep it for good: nobody here takes it away. */
function removal(name: string): readonly Step[] {
  return [
    { method: "PATCH", path: `${claims}/${name}`, body: { metadata: { finalizers: null } } },
    { method: "DELETE", path: `${claims}/${name}` },
  ];
}

const old = { annotations: { "volume.beta.kubernetes.io/storage-class": "grows" } };

/** Which claims may grow. */
export const claimScenarios: readonly Scenario[] = [
  {
    name: "a claim grows where its StorageClass allows it",
    steps: [
      storageClass("grows", true),
      storageClass("stays", false),
      storageClass("silent", undefined),
      ...claim("resize-grows", {}, { storageClassName: "grows" }, "Bound"),
      ...claim("resize-stays", {}, { storageClassName: "stays" }, "Bound"),
      ...claim("resize-silent", {}, { storageClassName: "silent" }, "Bound"),
      ...claim("resize-absent", {}, { storageClassName: "absent" }, "Bound"),
      ...claim("resize-none", {}, { storageClassName: "" }, "Bound"),
      ...claim("resize-old", old, {}, "Bound"),
      ...claim("resize-pending", {}, { storageClassName: "grows" }),
      resize("resize-grows", "2Gi"),
      resize("resize-grows", "1Gi"),
      resize("resize-grows", "1024Mi"),
      resize("resize-grows", "512Mi"),
      resize("resize-grows", "2Gi", { storageClassName: "stays" }),
      resize("resize-stays", "2Gi"),
      resize("resize-stays", "1Gi"),
      resize("resize-silent", "2Gi"),
      resize("resize-absent", "2Gi"),
      resize("resize-none", "2Gi"),
      resize("resize-old", "2Gi"),
      resize("resize-pending", "2Gi"),
      ...["grows", "stays", "silent", "absent", "none", "old", "pending"].flatMap((name) =>
        removal(`resize-${name}`),
      ),
      ...["grows", "stays", "silent"].map((name): Step => ({ method: "DELETE", path: `${classes}/${name}` })),
    ],
  },
];
