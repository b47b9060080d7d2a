import { changes, kindCorpus, mutations } from "../corpus.ts";

const backend = { service: { name: "web", port: { number: 80 } } };

const base = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "corpus" },
  spec: {
    defaultBackend: backend,
    rules: [{ host: "a.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    tls: [{ hosts: ["a.example.com"], secretName: "tls" }],
  },
};

const path = "spec.rules[0].http.paths[0]";
const lonePort = { [`${path}.backend`]: { service: { name: "web", port: {} } } };

/** What is tried of an Ingress. */
export const ingressCorpus = kindCorpus(
  "networking.k8s.io/v1/Ingress",
  mutations(base, {
    "metadata.name": ["A", "a.b"],
    "metadata.annotations": [{ "kubernetes.io/ingress.class": "nginx" }],
    "the annotation and another class": {
      "metadata.annotations": { "kubernetes.io/ingress.class": "nginx" },
      "spec.ingressClassName": "other",
    },
    "the annotation and the same class": {
      "metadata.annotations": { "kubernetes.io/ingress.class": "nginx" },
      "spec.ingressClassName": "nginx",
    },
    "spec.ingressClassName": ["nginx", "Bad Name", ""],
    "nothing at all": { "spec.defaultBackend": undefined, "spec.rules": undefined },
    "spec.rules[0].host": [
      "",
      "*.example.com",
      "*",
      "a.*.com",
      "10.0.0.1",
      "Bad_Host",
      "a..b",
      `${"x".repeat(254)}`,
    ],
    "spec.rules[0].http": [undefined, {}, { paths: [] }],
    [`${path}.pathType`]: [undefined, "", "Exact", "ImplementationSpecific", "Regex"],
    [`${path}.path`]: [
      undefined,
      "",
      "x",
      "/a//b",
      "/a/./b",
      "/a/../b",
      "/a%2fb",
      "/a%2Fb",
      "/a/..",
      "/a/.",
      "/a b",
    ],
    "a relative path of another type": {
      [`${path}.path`]: "x",
      [`${path}.pathType`]: "ImplementationSpecific",
    },
    "no path of another type": { [`${path}.path`]: "", [`${path}.pathType`]: "ImplementationSpecific" },
    [`${path}.backend`]: [
      {},
      { resource: { kind: "Bucket", name: "b" } },
      { resource: { kind: "Bucket", name: "b", apiGroup: "Bad Group" } },
      { resource: { kind: "", name: "" } },
      { resource: { kind: "a/b", name: "c%d" } },
      { resource: { kind: "Bucket", name: "b" }, service: backend.service },
    ],
    [`${path}.backend.service.name`]: ["", "Bad Name", "1web", "a.b"],
    "no port": lonePort,
    [`${path}.backend.service.port`]: [
      { name: "http" },
      { name: "Bad_Name" },
      { name: "much-too-long-for-it" },
      { number: -1 },
      { number: 70_000 },
      { name: "http", number: 80 },
    ],
    "spec.defaultBackend": [{}, { service: { name: "", port: { number: 0 } } }],
    "spec.tls[0].hosts[0]": ["*.example.com", "a.*", "Bad Host", ""],
    "spec.tls[0].secretName": ["", "Bad Name"],
    status: [{ loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } }],
  }),
  changes(base, {
    "metadata.labels": [{ a: "b" }],
    "metadata.annotations": [{ "kubernetes.io/ingress.class": "nginx" }],
    "spec.ingressClassName": ["nginx"],
    "spec.rules[0].host": ["b.example.com", "Bad"],
    "spec.rules": [undefined],
    "spec.tls[0].secretName": ["Bad Name"],
    "metadata.finalizers": [["a"], ["a.example/b"]],
  }),
  changes(
    base,
    {
      "status.loadBalancer.ingress": [
        [{ ip: "10.0.0.1" }],
        [{ ip: "10.0.0.256" }],
        [{ ip: "010.0.0.1" }],
        [{ ip: "::ffff:1.2.3.4" }],
        [{ hostname: "a.example.com" }],
        [{ hostname: "10.0.0.1" }],
        [{ hostname: "Bad Host" }],
        [{ ip: "10.0.0.1", ports: [{ port: 80, protocol: "TCP" }] }],
      ],
      "spec.ingressClassName": ["nginx"],
    },
    { subresource: "status" },
    "status: ",
  ),
);
