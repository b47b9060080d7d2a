import type { NetworkPolicy, Pod } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import { rangesWithout } from "./address-range.ts";
import { policyChains } from "./policy-rules.ts";

test.each([
  ["10.0.0.0/8", [], ["10.0.0.0/8"]],
  ["10.0.0.0/24", ["10.0.0.0/25"], ["10.0.0.128/25"]],
  ["0.0.0.0/0", ["128.0.0.0/2"], ["0.0.0.0/1", "192.0.0.0/2"]],
  ["10.0.0.0/30", ["10.0.0.1/32", "10.0.0.2/32"], ["10.0.0.0/32", "10.0.0.3/32"]],
  ["10.0.0.7/30", [], ["10.0.0.4/30"]],
  ["10.0.0.0/24", ["10.0.0.0/8"], []],
  ["10.0.0.0/24", ["11.0.0.0/8"], ["10.0.0.0/24"]],
  ["fd00::/8", [], []],
])("%s without %o is %o", (cidr, except, expected) => {
  expect(rangesWithout(cidr, except)).toEqual(expected);
});

function pod(name: string, address: string, labels: Record<string, string>, namespace = "shop"): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: { containers: [{ name: "main", ports: [{ name: "http", containerPort: 8080 }] }] },
    status: { phase: "Running", podIP: address },
  };
}

const pods = [
  pod("web", "10.128.0.2", { app: "web" }),
  pod("db", "10.128.0.3", { app: "db" }),
  pod("guest", "10.128.0.4", { app: "web" }, "other"),
  { ...pod("over", "10.128.0.5", { app: "db" }), status: { phase: "Succeeded", podIP: "10.128.0.5" } } as Pod,
];
const namespaces = ["shop", "other"].map((name) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { name } },
}));

/** The rules for each address: its direction, then what its chain says. */
function shown(...specs: readonly NonNullable<NetworkPolicy["spec"]>[]): Record<string, readonly string[]> {
  const policies = specs.map((spec, index) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `p${index}`, namespace: "shop" },
    spec,
  }));
  const chains = policyChains("ROOT", [{ cluster: "acme-dev", policies, pods, namespaces }]);
  const [first, ...jumps] = chains.get("ROOT") ?? [];
  if (first !== undefined) expect(first).toBe("-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN");
  return Object.fromEntries(
    jumps.map((line) => {
      const [, side, address, chain = ""] = /^(-[sd]) (\S+)\/32 -j (\S+)$/.exec(line) ?? [];
      return [`${side === "-d" ? "to" : "from"} ${address}`, chains.get(chain) ?? []];
    }),
  );
}

const db = { matchLabels: { app: "db" } };

test.each<[string, NonNullable<NetworkPolicy["spec"]>[], Record<string, readonly string[]>]>([
  ["no policy leaves all free", [], {}],
  [
    "one that lets nothing denies every Pod of its namespace",
    [{ podSelector: {}, policyTypes: ["Ingress"] }],
    { "to 10.128.0.2": ["-j REJECT"], "to 10.128.0.3": ["-j REJECT"] },
  ],
  [
    "both directions",
    [{ podSelector: db, policyTypes: ["Ingress", "Egress"] }],
    { "to 10.128.0.3": ["-j REJECT"], "from 10.128.0.3": ["-j REJECT"] },
  ],
  [
    "a rule without peers and ports lets everybody in",
    [{ podSelector: db, ingress: [{}] }],
    { "to 10.128.0.3": ["-j RETURN", "-j REJECT"] },
  ],
  [
    "a rule without a list of rules lets nobody out",
    [{ podSelector: db, policyTypes: ["Egress"], egress: [] }],
    { "from 10.128.0.3": ["-j REJECT"] },
  ],
  [
    "Pods of the policy's own namespace, at a port",
    [
      {
        podSelector: db,
        ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }],
      },
    ],
    { "to 10.128.0.3": ["-s 10.128.0.2/32 -p tcp --dport 5432 -j RETURN", "-j REJECT"] },
  ],
  [
    "Pods of chosen namespaces",
    [
      {
        podSelector: db,
        ingress: [
          {
            from: [
              {
                namespaceSelector: { matchLabels: { name: "other" } },
                podSelector: { matchLabels: { app: "web" } },
              },
            ],
          },
        ],
      },
    ],
    { "to 10.128.0.3": ["-s 10.128.0.4/32 -j RETURN", "-j REJECT"] },
  ],
  [
    "all Pods of all namespaces",
    [{ podSelector: db, ingress: [{ from: [{ namespaceSelector: {} }] }] }],
    {
      "to 10.128.0.3": [
        "-s 10.128.0.2/32 -j RETURN",
        "-s 10.128.0.3/32 -j RETURN",
        "-s 10.128.0.4/32 -j RETURN",
        "-j REJECT",
      ],
    },
  ],
  [
    "addresses with an exception, ranges of ports, other protocols",
    [
      {
        podSelector: db,
        policyTypes: ["Egress"],
        egress: [
          {
            to: [{ ipBlock: { cidr: "192.168.0.0/24", except: ["192.168.0.0/25"] } }],
            ports: [{ port: 8000, endPort: 8999 }, { protocol: "UDP", port: 53 }, { protocol: "SCTP" }],
          },
        ],
      },
    ],
    {
      "from 10.128.0.3": [
        "-d 192.168.0.128/25 -p tcp --dport 8000:8999 -j RETURN",
        "-d 192.168.0.128/25 -p udp --dport 53 -j RETURN",
        "-d 192.168.0.128/25 -p sctp -j RETURN",
        "-j REJECT",
      ],
    },
  ],
  [
    "a port by its name, which is the called Pod's",
    [
      { podSelector: db, ingress: [{ ports: [{ port: "http" }, { port: "none" }] }] },
      {
        podSelector: db,
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: {} }], ports: [{ port: "http" }] }],
      },
    ],
    {
      "to 10.128.0.3": ["-p tcp --dport 8080 -j RETURN", "-j REJECT"],
      "from 10.128.0.3": [
        "-d 10.128.0.2/32 -p tcp --dport 8080 -j RETURN",
        "-d 10.128.0.3/32 -p tcp --dport 8080 -j RETURN",
        "-j REJECT",
      ],
    },
  ],
  [
    "what any of several policies lets is let",
    [
      { podSelector: db, policyTypes: ["Ingress"] },
      { podSelector: {}, ingress: [{ ports: [{ port: 1 }] }] },
    ],
    {
      "to 10.128.0.2": ["-p tcp --dport 1 -j RETURN", "-j REJECT"],
      "to 10.128.0.3": ["-p tcp --dport 1 -j RETURN", "-j REJECT"],
    },
  ],
])("%s", (_name, specs, expected) => {
  expect(shown(...specs)).toEqual(expected);
});

test("Pods with the same rules share a chain, and a chain's name says its content", () => {
  const policies: NetworkPolicy[] = [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "deny", namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    },
  ];
  const chains = policyChains("CAT-POL-01234567", [{ cluster: "acme-dev", policies, pods, namespaces }]);
  expect(chains.size).toBe(2);
  for (const name of chains.keys()) expect(name.length).toBeLessThanOrEqual(28);
});
