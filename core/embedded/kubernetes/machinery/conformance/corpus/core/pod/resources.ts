import { mutations, topicCorpus } from "../../corpus.ts";
import { container, pod } from "./objects.ts";

const lists = [
  { limits: { cpu: "1", memory: "1Gi" } },
  { requests: { cpu: "1", memory: "1Gi" } },
  { limits: { cpu: "1" }, requests: { cpu: "2" } },
  { limits: { cpu: "-1" }, requests: { cpu: "-2" } },
  { limits: { memory: "1.5" }, requests: { "ephemeral-storage": "0.5" } },
  { limits: { cpu: "0.0001" } },
  { limits: { cpu: "100u" } },
  { limits: { other: "1" } },
  { limits: { pods: "1" } },
  { limits: { storage: "1" } },
  { limits: { "requests.cpu": "1" } },
  { limits: { "a b": "1" } },
  { limits: { "": "1" } },
  { limits: { "example.com/gpu": "1" } },
  { limits: { "example.com/gpu": "1.5" } },
  { requests: { "example.com/gpu": "1" } },
  { limits: { "example.com/gpu": "2" }, requests: { "example.com/gpu": "1" } },
  { limits: { "requests.example.com/gpu": "1" }, requests: { "requests.example.com/gpu": "1" } },
  { limits: { "kubernetes.io/a": "1" }, requests: { "kubernetes.io/a": "1" } },
  { limits: { "a/b/c": "1" } },
  { limits: { "hugepages-2Mi": "4Mi" }, requests: { "hugepages-2Mi": "4Mi" } },
  { limits: { "hugepages-2Mi": "4Mi", cpu: "1" }, requests: { "hugepages-2Mi": "4Mi" } },
  { limits: { "hugepages-2Mi": "4Mi", cpu: "1" }, requests: { "hugepages-2Mi": "2Mi" } },
  { requests: { "hugepages-2Mi": "4Mi", cpu: "1" } },
  { limits: { "hugepages-2Mi": "3Mi", cpu: "1" } },
  { limits: { "hugepages-x": "3Mi", cpu: "1" } },
  { limits: { "requests.hugepages-2Mi": "3Mi", cpu: "1" } },
  { claims: [{ name: "a" }] },
  { claims: [{ name: "" }, { name: "a", request: "B_" }] },
];

const claims = [
  { name: "gpu", resourceClaimName: "g" },
  { name: "nic", resourceClaimName: "n" },
];

export const podResources = topicCorpus(
  "v1/Pod",
  "resources",
  mutations(pod, {
    [`${container}.resources`]: lists,
    "spec.resources": [...lists, {}],
    "spec.overhead": [
      { cpu: "1", memory: "1.5" },
      { other: "1" },
      { cpu: "-1" },
      { "ephemeral-storage": "0.5" },
    ],
    "an init container's limits": {
      "spec.initContainers": [{ name: "i", image: "i", resources: { limits: { cpu: "1", memory: "1Gi" } } }],
    },
    "claims of the Pod": {
      "spec.resourceClaims": claims,
      [`${container}.resources`]: { claims: [{ name: "gpu" }, { name: "nic", request: "a" }] },
    },
    "claims twice": {
      "spec.resourceClaims": claims,
      [`${container}.resources`]: {
        claims: [
          { name: "gpu" },
          { name: "gpu" },
          { name: "nic", request: "a" },
          { name: "nic", request: "a" },
          { name: "nic" },
        ],
      },
    },
    "claims that aren't the Pod's": {
      "spec.resourceClaims": claims,
      [`${container}.resources`]: { claims: [{ name: "other" }] },
    },
    "claims of the Pod itself": {
      "spec.resourceClaims": claims,
      "spec.resources": { claims: [{ name: "gpu" }] },
    },
    "less for the Pod than for its containers": {
      "spec.resources": { requests: { cpu: "1", memory: "1Mi" }, limits: { cpu: "1" } },
      [`${container}.resources`]: {
        requests: { cpu: "2", memory: "2Mi" },
        limits: { cpu: "3", memory: "3Mi" },
      },
    },
    "more for the Pod than for its containers": {
      "spec.resources": { limits: { cpu: "2", memory: "1Gi" } },
      [`${container}.resources`]: { requests: { cpu: "1" } },
    },
    "hugepages of the containers": {
      "spec.resources": { limits: { cpu: "2" } },
      [`${container}.resources`]: { limits: { "hugepages-2Mi": "4Mi", cpu: "1" } },
    },
    "fewer hugepages for the Pod": {
      "spec.resources": { limits: { cpu: "2", "hugepages-2Mi": "2Mi" } },
      [`${container}.resources`]: { limits: { "hugepages-2Mi": "4Mi", cpu: "1" } },
    },
    "sidecars count": {
      "spec.resources": { requests: { cpu: "3" } },
      "spec.initContainers": [
        { name: "s", image: "s", restartPolicy: "Always", resources: { requests: { cpu: "2" } } },
        { name: "i", image: "i", resources: { requests: { cpu: "4" } } },
      ],
      [`${container}.resources`]: { requests: { cpu: "1" } },
    },
    "resources of a windows Pod": {
      "spec.os": { name: "windows" },
      "spec.resources": { limits: { cpu: "1" } },
    },
    "guaranteed by the Pod": { "spec.resources": { limits: { cpu: "1", memory: "1Gi" } } },
  }),
);
