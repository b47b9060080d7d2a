import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "corpus" },
  spec: {
    podSelector: { matchLabels: { app: "web" } },
    ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }],
  },
};

const cidrs = [
  "10.0.0.0/8",
  "10.0.0.1/8",
  "010.0.0.0/8",
  "10.0.0.0/08",
  "10.0.0.0/33",
  "10.0.0.0",
  "::ffff:1.2.3.0/120",
  "fd00::/8",
  "FD00::/8",
  "fd00::1/8",
  "",
];

/** What is tried of a NetworkPolicy. */
export const networkPolicyCorpus = kindCorpus(
  "networking.k8s.io/v1/NetworkPolicy",
  mutations(base, {
    spec: [undefined, {}],
    "spec.podSelector": [
      undefined,
      { matchLabels: { "a b": "c" } },
      { matchExpressions: [{ key: "a", operator: "In" }] },
      { matchExpressions: [{ key: "a", operator: "Exists", values: ["b"] }] },
      { matchExpressions: [{ key: "a", operator: "Like", values: ["b"] }] },
      { matchExpressions: [{ key: "a", operator: "In", values: ["b c"] }] },
    ],
    "spec.policyTypes": [[], ["Egress"], ["Other"], ["Ingress", "Egress"], ["Ingress", "Egress", "Ingress"]],
    "spec.egress": [[], [{}], [{ ports: [{ port: 53, protocol: "UDP" }] }], [{ to: [{}] }]],
    "spec.ingress": [[], [{}], undefined],
    "spec.ingress[0].ports[0]": [
      {},
      { port: 0 },
      { port: 70_000 },
      { port: "http" },
      { port: "Bad Port" },
      { port: 80, protocol: "ICMP" },
      { port: 80, protocol: "SCTP", endPort: 90 },
      { port: 80, endPort: 70 },
      { port: 80, endPort: 70_000 },
      { port: "http", endPort: 90 },
      { endPort: 90 },
    ],
    "spec.ingress[0].from[0]": [
      {},
      { namespaceSelector: {}, podSelector: {} },
      { podSelector: { matchLabels: { a: "b c" } } },
      { namespaceSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } },
      { ipBlock: {} },
      ...cidrs.map((cidr) => ({ ipBlock: { cidr } })),
      {
        ipBlock: {
          cidr: "10.0.0.0/8",
          except: ["10.1.0.0/16", "10.2.0.1/16", "11.0.0.0/16", "10.0.0.0/8", "x"],
        },
      },
      { ipBlock: { cidr: "fd00::/8", except: ["fd00:1::/32", "10.0.0.0/16"] } },
    ],
  }),
  changes(base, {
    "spec.podSelector": [{}, { matchLabels: { "a b": "c" } }],
    "spec.policyTypes": [["Egress"]],
    "spec.ingress[0].from[0]": [{ ipBlock: { cidr: "10.0.0.1/8" } }],
  }),
);
