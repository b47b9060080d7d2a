import { changes, kindCorpus, mutations } from "../corpus.ts";

const base = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "corpus" },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.1.2.3"] }],
  ports: [{ name: "http", port: 80 }],
};

function hints(count: number): readonly { readonly name: string }[] {
  return Array.from({ length: count }, (_, index) => ({ name: `n${index}` }));
}

const addresses = [
  "10.1.2.3",
  "010.1.2.3",
  "::ffff:1.2.3.4",
  "127.0.0.1",
  "0.0.0.0",
  "169.254.1.1",
  "224.0.0.1",
  "fd00::1",
  "FD00::1",
  "::1",
  "::",
  "fe80::1",
  "ff02::1",
  "web.example.com",
  "web.example.com.",
  "web",
  "Bad_Host",
  "",
];

/** What is tried of an EndpointSlice. */
export const endpointSliceCorpus = kindCorpus(
  "discovery.k8s.io/v1/EndpointSlice",
  mutations(base, {
    ...Object.fromEntries(
      ["IPv4", "IPv6", "FQDN"].flatMap((addressType) =>
        addresses.map((address) => [
          `${addressType} ${JSON.stringify(address)}`,
          { addressType, "endpoints[0].addresses": [address] },
        ]),
      ),
    ),
    addressType: ["", undefined, "IP"],
    endpoints: [[], undefined, null],
    "endpoints[0].addresses": [[], Array.from({ length: 101 }, (_, index) => `10.0.0.${index + 1}`)],
    "endpoints[0].conditions": [{ ready: true, serving: true, terminating: false }],
    "endpoints[0].hostname": ["web", "Web", "a.b"],
    "endpoints[0].nodeName": ["node-1", "Bad Node"],
    "endpoints[0].zone": ["a"],
    "endpoints[0].deprecatedTopology": [{ a: "b" }, { "kubernetes.io/hostname": "node-1" }],
    "endpoints[0].hints": [
      { forZones: [{ name: "a" }] },
      { forZones: [{ name: "a" }, { name: "a" }] },
      { forZones: [{ name: "a b" }] },
      { forZones: hints(9) },
      { forNodes: [{ name: "a" }, { name: "a" }] },
      { forNodes: [{ name: "Bad Node" }] },
      { forNodes: hints(9) },
    ],
    ports: [[], undefined, [{}], [{}, {}]],
    "ports[0].name": ["", "Bad", "a.b", "much-too-long-for-a-service-name"],
    "ports[0].port": [0, 70_000, undefined],
    "ports[0].protocol": ["UDP", "ICMP"],
    "ports[0].appProtocol": ["http", "example.com/http2", "a b"],
    "ports[1]": [{ name: "http", port: 81 }],
  }),
  changes(base, {
    addressType: ["IPv6"],
    "endpoints[0].addresses": [["10.1.2.4"], []],
    "metadata.labels": [{ a: "b" }],
    "metadata.annotations": [{ a: "b" }],
    "ports[0].port": [81],
  }),
);
