import { changes, kindCorpus, mutations } from "../corpus.ts";

const address = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IPAddress",
  metadata: { name: "192.168.7.1" },
  spec: { parentRef: { resource: "services", namespace: "default", name: "web" } },
};

/** What is tried of an IPAddress. */
export const addressCorpus = kindCorpus(
  "networking.k8s.io/v1/IPAddress",
  mutations(address, {
    "metadata.name": [
      "192.168.007.1",
      "192.168.7.256",
      "web",
      "fd00::1",
      "FD00::1",
      "fd00:0::1",
      "::ffff:1.2.3.4",
    ],
    spec: [undefined, {}],
    "spec.parentRef.group": ["apps", "Bad Group"],
    "spec.parentRef.resource": ["", "a/b"],
    "spec.parentRef.name": ["", ".."],
    "spec.parentRef.namespace": ["", "a%b"],
  }),
  changes(address, {
    "spec.parentRef.name": ["other"],
    "metadata.labels": [{ a: "b" }],
  }),
);

const range = {
  apiVersion: "networking.k8s.io/v1",
  kind: "ServiceCIDR",
  metadata: { name: "corpus" },
  spec: { cidrs: ["192.168.8.0/24"] },
};

/** What is tried of a ServiceCIDR. */
export const rangeCorpus = kindCorpus(
  "networking.k8s.io/v1/ServiceCIDR",
  mutations(range, {
    spec: [undefined],
    "spec.cidrs": [
      [],
      ["192.168.8.1/24"],
      ["192.168.008.0/24"],
      ["x"],
      ["fd00::/64"],
      ["FD00::/64"],
      ["192.168.8.0/24", "fd00::/64"],
      ["192.168.8.0/24", "192.168.9.0/24"],
      ["192.168.8.0/24", "fd00::/64", "fd01::/64"],
    ],
    status: [
      {
        conditions: [
          {
            type: "Ready",
            status: "True",
            reason: "A",
            message: "",
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ],
      },
    ],
  }),
  changes(range, {
    "spec.cidrs": [
      ["192.168.9.0/24"],
      ["192.168.8.0/24", "fd00::/64"],
      ["192.168.8.0/24", "FD00::/64"],
      ["192.168.9.0/24", "fd00::/64"],
      [],
    ],
    "metadata.labels": [{ a: "b" }],
  }),
  changes(
    range,
    {
      "status.conditions": [
        [
          {
            type: "Ready",
            status: "True",
            reason: "A",
            message: "",
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ],
      ],
      "metadata.labels": [{ a: "b" }],
    },
    { subresource: "status" },
    "status: ",
  ),
);
