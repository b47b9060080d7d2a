import { mutations, topicCorpus, under } from "../../corpus.ts";
import { volumeSources } from "../volume-sources.ts";
import { container, pod } from "./objects.ts";

const volume = "spec.volumes[0]";
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

const items = [
  [{ key: "a", path: "b" }],
  [{}],
  [{ key: "a", path: "/b" }],
  [{ key: "a", path: "../b" }],
  [{ key: "a", path: "..b" }],
  [{ key: "a", path: "b", mode: 512 }],
  [{ key: "a", path: "b", mode: -1 }],
  [
    { key: "a", path: "b" },
    { key: "c", path: "b/c" },
  ],
];

const files = [
  [{ path: "a", fieldRef: { fieldPath: "metadata.labels" } }],
  [{ path: "a", fieldRef: { fieldPath: "metadata.labels['x']" } }],
  [{ path: "a", fieldRef: { fieldPath: "spec.nodeName" } }],
  [{ path: "a", fieldRef: {} }],
  [{ path: "", fieldRef: { fieldPath: "metadata.name" } }],
  [{ path: "a", resourceFieldRef: { containerName: "web", resource: "limits.cpu" } }],
  [{ path: "a", resourceFieldRef: { resource: "limits.cpu" } }],
  [{ path: "a", resourceFieldRef: { containerName: "web", resource: "other", divisor: "5" } }],
  [{ path: "a" }],
  [
    {
      path: "a",
      fieldRef: { fieldPath: "metadata.name" },
      resourceFieldRef: { containerName: "web", resource: "limits.cpu" },
    },
  ],
  [{ path: "/a/../b", mode: 512, fieldRef: { fieldPath: "metadata.uid" } }],
];

const sources = [
  [{ secret: { name: "a" } }],
  [{ secret: { name: "", items: [{}] } }],
  [{ configMap: { name: "a" }, secret: { name: "b" } }],
  [{ configMap: {} }],
  [{}],
  [{ downwardAPI: { items: files[0] } }],
  [{ downwardAPI: { items: files[10] } }],
  [{ downwardAPI: { items: [{ path: "a" }] } }],
  [{ serviceAccountToken: { path: "t" } }],
  [{ serviceAccountToken: { path: "", expirationSeconds: 10 } }],
  [{ serviceAccountToken: { path: "/t", expirationSeconds: 4294967297 } }],
  [
    { configMap: { name: "a", items: [{ key: "a", path: "p" }] } },
    { secret: { name: "b", items: [{ key: "a", path: "p" }] } },
  ],
  [
    { configMap: { name: "a", items: [{ key: "a", path: "p" }] } },
    { downwardAPI: { items: [{ path: "p", fieldRef: { fieldPath: "metadata.name" } }] } },
  ],
  [
    { configMap: { name: "a", items: [{ key: "a", path: "p" }] } },
    { secret: { name: "b", items: [{ key: "a", path: "p/q" }] } },
  ],
  [{ serviceAccountToken: { path: "t" } }, { secret: { name: "b", items: [{ key: "a", path: "t" }] } }],
  [{ clusterTrustBundle: { name: "a", path: "b" } }],
  [{ podCertificate: { signerName: "a.b/c", keyType: "RSA3072", keyPath: "k" } }],
];

export const podVolumes = topicCorpus(
  "v1/Pod",
  "volumes",
  mutations(pod, {
    "spec.volumes": [
      [{ name: "a" }],
      [{ name: "" }],
      [{ name: "A_" }],
      [{ name: "a.b" }],
      [{ name: "a" }, { name: "a" }],
      [{ name: "a", emptyDir: {}, hostPath: { path: "/" }, configMap: {} }],
      [
        { name: "a", ephemeral: { volumeClaimTemplate: { spec: claim } } },
        { name: "b", persistentVolumeClaim: { claimName: "web-a" } },
      ],
    ],
    ...under(volume, {
      ...Object.fromEntries(Object.entries(volumeSources).map(([source, bodies]) => [source, bodies])),
      emptyDir: [{}, { medium: "Memory" }, { medium: "Other" }, { sizeLimit: "1Gi" }, { sizeLimit: "-1" }],
      gitRepo: [
        { repository: "a" },
        { repository: "" },
        { repository: "a", directory: "/a" },
        { repository: "a", directory: "a/../b" },
      ],
      secret: [
        { secretName: "a" },
        {},
        { secretName: "a", defaultMode: 512 },
        { secretName: "a", defaultMode: -1 },
      ],
      configMap: [{ name: "a" }, {}, { name: "a", defaultMode: 512 }],
      persistentVolumeClaim: [{ claimName: "a" }, { claimName: "" }],
      projected: [{}, { sources: [] }, { defaultMode: 512 }],
      image: [{ reference: "a" }, { reference: "a:1" }, {}, { reference: "a", pullPolicy: "Other" }],
      csi: [
        { driver: "a.b" },
        {},
        { driver: "A_" },
        { driver: "x".repeat(64) },
        { driver: "a", nodePublishSecretRef: { name: "" } },
        { driver: "a", nodePublishSecretRef: { name: "A_" } },
      ],
      ephemeral: [
        {},
        { volumeClaimTemplate: { spec: claim } },
        {
          volumeClaimTemplate: { metadata: { labels: { a: "b" }, annotations: { "a b": "c" } }, spec: claim },
        },
        {
          volumeClaimTemplate: {
            metadata: { name: "a", labels: { "a b": "" }, finalizers: ["a/b"] },
            spec: claim,
          },
        },
        { volumeClaimTemplate: { spec: {} } },
        { volumeClaimTemplate: { spec: { ...claim, resources: { requests: { storage: "1.5" } } } } },
      ],
    }),
    ...Object.fromEntries(
      items.map((value, index) => [
        `a ConfigMap's items ${index}`,
        { [volume]: { name: "v", configMap: { name: "c", items: value } } },
      ]),
    ),
    ...Object.fromEntries(
      items.map((value, index) => [
        `a Secret's items ${index}`,
        { [volume]: { name: "v", secret: { secretName: "c", items: value } } },
      ]),
    ),
    ...Object.fromEntries(
      files.map((value, index) => [
        `downward items ${index}`,
        { [volume]: { name: "v", downwardAPI: { items: value } } },
      ]),
    ),
    ...Object.fromEntries(
      sources.map((value, index) => [
        `projected sources ${index}`,
        { [volume]: { name: "v", projected: { sources: value } } },
      ]),
    ),
    "a token with an account": {
      "spec.serviceAccountName": "robot",
      [volume]: { name: "v", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } },
    },
    "a named ephemeral volume": {
      [volume]: { name: "v", ephemeral: { volumeClaimTemplate: { spec: claim } } },
    },
  }),
);

const mounted = {
  ...pod,
  spec: {
    ...pod.spec,
    volumes: [
      { name: "d", emptyDir: {} },
      { name: "p", persistentVolumeClaim: { claimName: "p" } },
    ],
  },
};

export const podMounts = topicCorpus(
  "v1/Pod",
  "mounts",
  mutations(
    mounted,
    under(container, {
      volumeMounts: [
        [{ name: "d", mountPath: "/d" }],
        [{ name: "", mountPath: "" }],
        [{ name: "other", mountPath: "/d" }],
        [{ name: "d", mountPath: "d" }],
        [
          { name: "d", mountPath: "/d" },
          { name: "p", mountPath: "/d" },
        ],
        [{ name: "d", mountPath: "/d", subPath: "a/b" }],
        [{ name: "d", mountPath: "/d", subPath: "/a" }],
        [{ name: "d", mountPath: "/d", subPath: "a/../b" }],
        [{ name: "d", mountPath: "/d", subPathExpr: "$(A)" }],
        [{ name: "d", mountPath: "/d", subPathExpr: "/a/../b", subPath: "a" }],
        [{ name: "d", mountPath: "/d", mountPropagation: "None" }],
        [{ name: "d", mountPath: "/d", mountPropagation: "Bidirectional" }],
        [{ name: "d", mountPath: "/d", mountPropagation: "Other" }],
        [{ name: "d", mountPath: "/d", mountPropagation: "" }],
        [{ name: "d", mountPath: "/d", recursiveReadOnly: "Enabled" }],
        [{ name: "d", mountPath: "/d", readOnly: true, recursiveReadOnly: "IfPossible" }],
        [
          {
            name: "d",
            mountPath: "/d",
            readOnly: true,
            recursiveReadOnly: "Enabled",
            mountPropagation: "HostToContainer",
          },
        ],
        [{ name: "d", mountPath: "/d", recursiveReadOnly: "Other" }],
        [{ name: "d", mountPath: "/d", recursiveReadOnly: "Disabled" }],
      ],
      volumeDevices: [
        [{ name: "p", devicePath: "/dev/x" }],
        [{ name: "d", devicePath: "/dev/x" }],
        [{ name: "", devicePath: "" }],
        [{ name: "other", devicePath: "/dev/../x" }],
        [
          { name: "p", devicePath: "/dev/x" },
          { name: "p", devicePath: "/dev/x" },
        ],
      ],
      "a mount and a device at one place": {
        volumeMounts: [{ name: "p", mountPath: "/x" }],
        volumeDevices: [{ name: "p", devicePath: "/x" }],
      },
      "a privileged mount": {
        securityContext: { privileged: true },
        volumeMounts: [{ name: "d", mountPath: "/d", mountPropagation: "Bidirectional" }],
      },
    }),
  ),
  mutations(
    { ...mounted, spec: { ...mounted.spec, hostUsers: false } },
    under(container, { volumeDevices: [[{ name: "p", devicePath: "/dev/x" }]] }),
    "without the host's users: ",
  ),
);
