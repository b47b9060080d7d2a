import { changes, kindCorpus, mutations } from "../corpus.ts";

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: {
    selector: { app: "web" },
    clusterIP: "10.96.0.50",
    clusterIPs: ["10.96.0.50"],
    ports: [{ port: 80 }],
  },
};
const headless = { ...service, spec: { ...service.spec, clusterIP: "None", clusterIPs: ["None"] } };
const external = {
  ...service,
  spec: { type: "ExternalName", externalName: "a.example" },
};
const balanced = {
  ...service,
  spec: { ...service.spec, type: "LoadBalancer", ports: [{ port: 80, nodePort: 30080 }] },
};
const ports = "spec.ports";

export const services = kindCorpus(
  "v1/Service",
  mutations(service, {
    "metadata.name": ["1web", "Web", "a.b", "x".repeat(64)],
    "spec.selector": [undefined, {}, { "a b": "c" }, { a: "b c" }],
    [ports]: [
      undefined,
      [],
      [{}],
      [{ port: 0 }],
      [{ port: 70000 }],
      [{ port: 80, name: "Http" }],
      [{ port: 80, name: "http_a" }],
      [{ port: 80, name: "x".repeat(64) }],
      [{ port: 80, protocol: "SCTP" }],
      [{ port: 80, protocol: "Other" }],
      [{ port: 80, protocol: "" }],
      [{ port: 80, targetPort: 0 }],
      [{ port: 80, targetPort: 70000 }],
      [{ port: 80, targetPort: "http" }],
      [{ port: 80, targetPort: "" }],
      [{ port: 80, targetPort: "Bad_" }],
      [{ port: 80, targetPort: "80" }],
      [{ port: 80, appProtocol: "kubernetes.io/h2c" }],
      [{ port: 80, appProtocol: "a b" }],
      [{ port: 80 }, { port: 81 }],
      [
        { name: "a", port: 80 },
        { name: "a", port: 81 },
      ],
      [
        { name: "a", port: 80 },
        { name: "b", port: 80 },
      ],
      [
        { name: "a", port: 80 },
        { name: "b", port: 80, protocol: "UDP" },
      ],
      [{ port: 80, nodePort: 30080 }],
    ],
    "spec.type": ["Other", "ExternalName", ""],
    "spec.sessionAffinity": ["ClientIP", "Other", ""],
    "spec.sessionAffinityConfig": [{ clientIP: { timeoutSeconds: 5 } }],
    "affinity for no time": {
      "spec.sessionAffinity": "ClientIP",
      "spec.sessionAffinityConfig": { clientIP: { timeoutSeconds: 0 } },
    },
    "affinity for too long": {
      "spec.sessionAffinity": "ClientIP",
      "spec.sessionAffinityConfig": { clientIP: { timeoutSeconds: 86401 } },
    },
    "affinity for some time": {
      "spec.sessionAffinity": "ClientIP",
      "spec.sessionAffinityConfig": { clientIP: { timeoutSeconds: 86400 } },
    },
    "spec.externalIPs": [
      ["192.0.2.1"],
      ["x"],
      ["127.0.0.1", "0.0.0.0", "169.254.1.1", "224.0.0.1"],
      ["2001:DB8::1"],
      ["::1", "fe80::1"],
      ["192.0.2.01"],
    ],
    "spec.externalName": ["a.example"],
    "spec.externalTrafficPolicy": ["Cluster", "Local", "Other"],
    "spec.internalTrafficPolicy": ["Local", "Other", ""],
    "spec.trafficDistribution": ["PreferClose", "PreferSameZone", "PreferSameNode", "Other"],
    "spec.healthCheckNodePort": [30000],
    "spec.loadBalancerClass": ["a.example/b"],
    "spec.loadBalancerSourceRanges": [["192.0.2.0/24"], ["x"]],
    "spec.loadBalancerIP": ["192.0.2.1", "192.0.2.01"],
    "spec.allocateLoadBalancerNodePorts": [true],
    "spec.publishNotReadyAddresses": [true],
    "spec.ipFamilies": [["IPv4"], ["IPv6"], ["Other"], ["IPv4", "IPv4"]],
    "spec.ipFamilyPolicy": ["SingleStack", "Other"],
    "spec.clusterIPs": [["10.96.0.51"], ["10.96.0.50", "10.96.0.51"], ["None", "10.96.0.50"]],
    "no address of several": { "spec.clusterIP": "x", "spec.clusterIPs": ["x"] },
    "metadata.annotations[service.kubernetes.io/topology-aware-hints]": ["Auto"],
    "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]": ["192.0.2.0/24", ""],
    "both annotations of topology": {
      "metadata.annotations": {
        "service.kubernetes.io/topology-aware-hints": "Auto",
        "service.kubernetes.io/topology-mode": "Other",
      },
    },
  }),
  mutations(
    headless,
    {
      [ports]: [undefined, []],
      "spec.type": ["NodePort", "LoadBalancer"],
      "spec.selector": [undefined],
      "spec.sessionAffinity": ["ClientIP"],
      "spec.externalIPs": [["192.0.2.1"]],
      "spec.loadBalancerIP": ["192.0.2.1"],
    },
    "headless: ",
  ),
  mutations(
    external,
    {
      "spec.externalName": ["a.example.", "", "A_", undefined, "192.0.2.1"],
      "spec.clusterIP": ["10.96.0.50"],
      "spec.clusterIPs": [["10.96.0.50"]],
      "spec.ipFamilies": [["IPv4"]],
      "spec.ipFamilyPolicy": ["SingleStack"],
      "spec.externalIPs": [["192.0.2.1"]],
      [ports]: [[{ port: 80 }]],
    },
    "external: ",
  ),
  mutations(
    balanced,
    {
      "spec.loadBalancerClass": ["a.example/b", "a b", "a"],
      "spec.loadBalancerSourceRanges": [
        ["192.0.2.0/24"],
        ["x"],
        ["192.0.2.1/24"],
        ["192.0.2.0/33"],
        ["192.0.2.01/32"],
        [" 192.0.2.0/24 "],
        ["2001:DB8::/32"],
        ["::ffff:192.0.2.0/120"],
      ],
      "spec.externalTrafficPolicy": ["Other"],
      "spec.healthCheckNodePort": [30090],
      "spec.loadBalancerIP": ["192.0.2.1", "2001:DB8::1"],
      "metadata.annotations[service.beta.kubernetes.io/load-balancer-source-ranges]": ["192.0.2.0/24,x", " "],
    },
    "balanced: ",
  ),
  changes(
    headless,
    {
      "nothing changed": {},
      [ports]: [[{ port: 81 }], []],
      "spec.selector": [{ app: "other" }],
      "spec.clusterIP": ["10.96.0.60", ""],
      "spec.clusterIPs": [["10.96.0.60"], []],
      "to another address": { "spec.clusterIP": "10.96.0.60", "spec.clusterIPs": ["10.96.0.60"] },
      "spec.ipFamilies": [["IPv6"]],
      "spec.sessionAffinity": ["ClientIP"],
      "metadata.labels": [{ a: "b" }],
      "status.loadBalancer": [{ ingress: [{ ip: "192.0.2.1" }] }],
    },
    {},
    "update of a headless one: ",
  ),
  changes(
    { ...service, spec: { ...service.spec, clusterIP: "10.96.0.61", clusterIPs: ["10.96.0.61"] } },
    {
      "spec.clusterIP": ["10.96.0.62", "", "None"],
      "spec.clusterIPs": [["10.96.0.62"], [], undefined],
      "to another address": { "spec.clusterIP": "10.96.0.62", "spec.clusterIPs": ["10.96.0.62"] },
      "to none": { "spec.clusterIP": "None", "spec.clusterIPs": ["None"] },
      "spec.ipFamilies": [["IPv6"], undefined],
      "spec.ipFamilyPolicy": [undefined, "Other"],
      "spec.externalTrafficPolicy": ["Local"],
      "to an external name": { "spec.type": "ExternalName", "spec.externalName": "a.example" },
      "spec.externalName": ["a.example"],
    },
    {},
    "update of an address: ",
  ),
  changes(
    {
      ...balanced,
      spec: {
        ...balanced.spec,
        clusterIP: "10.96.0.63",
        clusterIPs: ["10.96.0.63"],
        loadBalancerClass: "a.example/b",
        ports: [{ port: 80, nodePort: 30081 }],
      },
    },
    {
      "spec.loadBalancerClass": ["a.example/c", undefined],
      "spec.type": ["ClusterIP", "NodePort"],
      "spec.ports[0].nodePort": [30082],
    },
    {},
    "update of a balanced one: ",
  ),
  changes(
    {
      ...balanced,
      spec: {
        ...balanced.spec,
        clusterIP: "10.96.0.64",
        clusterIPs: ["10.96.0.64"],
        ports: [{ port: 80, nodePort: 30083 }],
      },
    },
    {
      "status.loadBalancer": [
        { ingress: [{ ip: "192.0.2.1" }] },
        { ingress: [{ ip: "x" }] },
        { ingress: [{ ip: "192.0.2.1", ipMode: "Other" }] },
        { ingress: [{ hostname: "a.example", ipMode: "VIP" }] },
        { ingress: [{ hostname: "A_" }] },
        { ingress: [{ hostname: "192.0.2.1" }] },
        { ingress: [{ ip: "2001:DB8::1", ipMode: "Proxy" }] },
      ],
      "status.conditions": [
        [{ type: "A", status: "True", reason: "B", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" }],
      ],
    },
    { subresource: "status" },
    "status of a balanced one: ",
  ),
  changes(
    headless,
    { "status.loadBalancer": [{ ingress: [{ ip: "192.0.2.1" }] }], "spec.selector": [{ a: "b" }] },
    { subresource: "status" },
    "status: ",
  ),
);

const endpoints = {
  apiVersion: "v1",
  kind: "Endpoints",
  metadata: { name: "web" },
  subsets: [{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 80 }] }],
};

const addresses = [
  [{ ip: "" }],
  [{ ip: "x" }],
  [{ ip: "0.0.0.0" }],
  [{ ip: "127.0.0.1" }],
  [{ ip: "169.254.0.1" }],
  [{ ip: "224.0.0.1" }],
  [{ ip: "::1" }],
  [{ ip: "192.0.2.01" }],
  [{ ip: "2001:DB8::1" }],
  [{ ip: "::ffff:192.0.2.1" }],
  [{ ip: "192.0.2.1", hostname: "A_" }],
  [{ ip: "192.0.2.1", nodeName: "N_" }],
  [{ ip: "192.0.2.1", nodeName: "n", hostname: "h", targetRef: { kind: "Pod", name: "p" } }],
];

export const endpointLists = kindCorpus(
  "v1/Endpoints",
  mutations(endpoints, {
    subsets: [undefined, [], [{}], [{ ports: [{ port: 80 }] }]],
    "subsets[0].addresses": addresses,
    "subsets[0].notReadyAddresses": addresses,
    "subsets[0].ports": [
      [],
      [{}],
      [{ port: 0 }],
      [{ port: 70000 }],
      [{ port: 80, protocol: "Other" }],
      [{ port: 80, name: "A_" }],
      [{ port: 80 }, { port: 81 }],
      [{ port: 80, appProtocol: "a b" }],
    ],
    "metadata.labels": [{ "endpoints.kubernetes.io/managed-by": "endpoint-controller" }],
  }),
  changes(endpoints, {
    "subsets[0].addresses": addresses.slice(0, 3),
    subsets: [[]],
    "metadata.labels": [{ a: "b" }],
  }),
);
