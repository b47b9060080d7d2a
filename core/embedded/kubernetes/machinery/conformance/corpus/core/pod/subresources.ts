import { changes, topicCorpus } from "../../corpus.ts";
import { pod } from "./objects.ts";

const small = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } };

const sized = {
  ...pod,
  spec: {
    containers: [{ ...pod.spec.containers[0], resources: small }],
    initContainers: [
      { name: "first", image: "a", resources: small },
      { name: "side", image: "a", restartPolicy: "Always", resources: small },
    ],
    volumes: [{ name: "v", emptyDir: {} }],
  },
};

export const podEphemeral = topicCorpus(
  "v1/Pod",
  "ephemeralcontainers",
  changes(
    sized,
    {
      "spec.ephemeralContainers": [
        [{ name: "debug", image: "a" }],
        [{ name: "debug", image: "a", targetContainerName: "web", stdin: true, tty: true }],
        [{ name: "debug", image: "a", targetContainerName: "other" }],
        [{ name: "web", image: "a" }],
        [{ name: "first", image: "" }],
        [{ name: "debug", image: " a" }],
        [
          { name: "debug", image: "a" },
          { name: "debug", image: "a" },
        ],
        [
          {
            name: "debug",
            image: "a",
            ports: [{ containerPort: 1 }],
            resources: { limits: { cpu: "1" } },
            livenessProbe: { exec: { command: ["a"] } },
            readinessProbe: { exec: { command: ["a"] } },
            startupProbe: { exec: { command: ["a"] } },
            lifecycle: { preStop: { exec: { command: ["a"] } } },
          },
        ],
        [{ name: "debug", image: "a", restartPolicy: "Always" }],
        [
          {
            name: "debug",
            image: "a",
            resizePolicy: [{ resourceName: "cpu", restartPolicy: "NotRequired" }],
          },
        ],
        [{ name: "debug", image: "a", volumeMounts: [{ name: "v", mountPath: "/v", subPath: "a" }] }],
        [{ name: "debug", image: "a", volumeMounts: [{ name: "v", mountPath: "/v", subPathExpr: "a" }] }],
        [{ name: "debug", image: "a", imagePullPolicy: "Other", env: [{ name: "" }] }],
        undefined,
      ],
      "other changes as well": {
        "spec.ephemeralContainers": [{ name: "debug", image: "a" }],
        "spec.containers[0].image": "other",
        "metadata.labels": { a: "b" },
      },
    },
    { subresource: "ephemeralcontainers" },
    "",
  ),
);

export const podResize = topicCorpus(
  "v1/Pod",
  "resize",
  changes(
    sized,
    {
      "spec.containers[0].resources.requests.cpu": ["1500m", "3", "0", "-1", undefined],
      "spec.containers[0].resources.limits.memory": ["4Gi", "1Mi", undefined],
      "spec.containers[0].resources.limits": [undefined],
      "spec.containers[0].resources": [{}, { requests: small.limits, limits: small.limits }],
      "spec.containers[0].resources.limits.ephemeral-storage": ["1Gi"],
      "spec.containers[0].image": ["other"],
      "spec.containers[0].name": ["other"],
      "spec.containers[1]": [{ name: "more", image: "a" }],
      "spec.containers[0].resizePolicy": [[{ resourceName: "cpu", restartPolicy: "RestartContainer" }]],
      "spec.initContainers[0].resources.requests.cpu": ["1500m"],
      "spec.initContainers[1].resources.requests.cpu": ["1500m"],
      "spec.initContainers[1].name": ["other"],
      "spec.initContainers": [undefined],
      "spec.resources": [{ requests: { cpu: "4" } }],
      "spec.nodeSelector": [{ a: "b" }],
      "metadata.labels": [{ a: "b" }],
      "metadata.annotations": [{ a: "b" }],
    },
    { subresource: "resize" },
    "",
  ),
  changes(
    { ...sized, spec: { ...sized.spec, resources: { requests: { cpu: "4" }, limits: { cpu: "4" } } } },
    {
      "spec.resources": [undefined, {}],
      "spec.resources.requests.cpu": ["3500m", "1"],
      "spec.resources.limits.memory": ["8Gi"],
      "spec.resources.limits.hugepages-2Mi": ["2Mi"],
      "spec.containers[0].resources.requests.cpu": ["1500m"],
    },
    { subresource: "resize" },
    "resources of the Pod: ",
  ),
  changes(
    { ...pod, spec: { ...pod.spec, os: { name: "windows" } } },
    { "spec.containers[0].resources": [{ limits: { cpu: "1" } }] },
    { subresource: "resize" },
    "windows: ",
  ),
  changes(
    pod,
    { "spec.containers[0].resources": [{ limits: { cpu: "1" } }] },
    { subresource: "resize" },
    "without resources: ",
  ),
);

const terminated = {
  name: "web",
  image: "a",
  imageID: "a",
  ready: false,
  restartCount: 0,
  state: { terminated: { exitCode: 1 } },
};
const live = { ...terminated, state: { running: {} } };

export const podStatus = topicCorpus(
  "v1/Pod",
  "status",
  changes(
    pod,
    {
      "status.phase": ["Running", "Other"],
      "status.conditions": [
        [{ type: "Ready", status: "True" }],
        [{ type: "a.example/b", status: "False" }],
        [{ type: "a b", status: "False" }],
        [{ type: "", status: "False", observedGeneration: -1 }],
      ],
      "status.nominatedNodeName": ["n", "N_"],
      "status.observedGeneration": [1, -1],
      "status.qosClass": ["Guaranteed", undefined],
      "status.podIP": ["10.0.0.1", "x"],
      "status.podIPs": [
        [{ ip: "10.0.0.1" }],
        [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }],
        [{ ip: "x" }],
        [{ ip: "10.0.0.1" }, { ip: "2001:db8::1" }],
      ],
      "status.hostIPs": [[{ ip: "10.0.0.1" }]],
      "the host's addresses": {
        "status.hostIP": "10.0.0.1",
        "status.hostIPs": [{ ip: "10.0.0.1" }, { ip: "10.0.0.2" }],
      },
      "status.resourceClaimStatuses": [
        [{ name: "a", resourceClaimName: "B_" }],
        [{ name: "a" }, { name: "a" }],
      ],
      "status.containerStatuses": [
        [live],
        [{ ...live, user: { linux: { uid: -1, gid: -1, supplementalGroups: [-1] } } }],
        [
          {
            ...live,
            allocatedResourcesStatus: [{ name: "cpu", resources: [{ resourceID: "a", health: "Other" }] }],
          },
        ],
      ],
      "spec.hostname": ["other"],
      "metadata.labels": [{ a: "b" }],
      "metadata.annotations": [{ a: "b" }, { "kubernetes.io/config.mirror": "x" }],
    },
    { subresource: "status" },
    "",
  ),
  changes(
    { ...pod, spec: { ...pod.spec, restartPolicy: "Never" } },
    { "status.containerStatuses": [[live], [terminated], []] },
    {
      subresource: "status",
      status: { phase: "Failed", qosClass: "BestEffort", containerStatuses: [terminated] },
    },
    "of what has ended: ",
  ),
  changes(
    { ...pod, spec: { ...pod.spec, restartPolicy: "OnFailure" } },
    { "status.containerStatuses": [[live]] },
    {
      subresource: "status",
      status: { phase: "Failed", qosClass: "BestEffort", containerStatuses: [terminated] },
    },
    "of what has failed: ",
  ),
);
