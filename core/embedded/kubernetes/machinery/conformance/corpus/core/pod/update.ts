import { changes, topicCorpus } from "../../corpus.ts";
import { pod } from "./objects.ts";

const running = {
  ...pod,
  metadata: {
    name: "web",
    annotations: { "container.apparmor.security.beta.kubernetes.io/web": "unconfined", a: "b" },
  },
  spec: {
    ...pod.spec,
    initContainers: [{ name: "first", image: "a" }],
    tolerations: [{ key: "a", operator: "Exists", effect: "NoExecute", tolerationSeconds: 5 }],
    activeDeadlineSeconds: 50,
    nodeSelector: { a: "b" },
  },
};

const gated = {
  ...pod,
  spec: {
    ...pod.spec,
    schedulingGates: [{ name: "a" }, { name: "b" }],
    nodeSelector: { a: "b" },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "Exists" }] }],
        },
      },
    },
  },
};

const terms = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

export const podUpdate = topicCorpus(
  "v1/Pod",
  "update",
  changes(running, {
    "nothing changed": {},
    "metadata.labels": [{ a: "b" }, { "a b": "c" }],
    "metadata.annotations.a": ["c"],
    "metadata.annotations[container.apparmor.security.beta.kubernetes.io/web]": [
      undefined,
      "runtime/default",
    ],
    "metadata.annotations[container.apparmor.security.beta.kubernetes.io/first]": ["runtime/default"],
    "metadata.annotations[kubernetes.io/config.mirror]": ["x"],
    "metadata.finalizers": [["a.example/b"], ["plain"]],
    "metadata.generateName": ["other-"],
    "metadata.creationTimestamp": ["2020-01-01T00:00:00Z"],
    "metadata.deletionGracePeriodSeconds": [5],
    "metadata.deletionTimestamp": ["2020-01-01T00:00:00Z"],
    "spec.containers[0].image": ["other", "", " a"],
    "spec.containers[0].name": ["other"],
    "spec.containers[0].command": [["a"]],
    "spec.containers[1]": [{ name: "more", image: "a" }],
    "spec.containers[0].resources": [{ limits: { cpu: "1" } }],
    "spec.initContainers[0].image": ["other", ""],
    "spec.initContainers": [undefined],
    "spec.activeDeadlineSeconds": [undefined, 0, 20, 51, -1],
    "spec.tolerations": [[], undefined, [{ key: "b", operator: "Exists" }]],
    "spec.tolerations[0].tolerationSeconds": [6],
    "spec.tolerations[0].key": ["other"],
    "spec.tolerations[1]": [
      { key: "b", operator: "Exists" },
      { key: "b", operator: "Other" },
    ],
    "spec.schedulingGates": [[{ name: "a" }]],
    "spec.nodeSelector": [undefined, { a: "b", c: "d" }],
    "spec.nodeName": ["n"],
    "spec.hostname": ["other"],
    "spec.terminationGracePeriodSeconds": [1, undefined],
    "spec.restartPolicy": ["Never"],
    "spec.ephemeralContainers": [[{ name: "debug", image: "a" }]],
    "spec.volumes": [[{ name: "a" }]],
    "status.phase": ["Running"],
  }),
  changes(
    gated,
    {
      "spec.schedulingGates": [[], [{ name: "b" }], [{ name: "c" }]],
      "spec.nodeSelector": [undefined, { a: "b", c: "d" }, { a: "c" }],
      "spec.affinity": [undefined, { podAffinity: {} }],
      [terms]: [
        [],
        [
          {
            matchExpressions: [
              { key: "a", operator: "Exists" },
              { key: "b", operator: "Exists" },
            ],
          },
        ],
        [{ matchExpressions: [{ key: "c", operator: "Exists" }] }],
        [
          { matchExpressions: [{ key: "a", operator: "Exists" }] },
          { matchExpressions: [{ key: "b", operator: "Exists" }] },
        ],
      ],
      "spec.hostname": ["other"],
    },
    {},
    "update while gated: ",
  ),
  changes(
    { ...pod, spec: { ...pod.spec, terminationGracePeriodSeconds: -5 } },
    { "spec.terminationGracePeriodSeconds": [1, 2] },
    {},
    "update of a negative time: ",
  ),
);
