import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Scenario, Step } from "../scenario.ts";
import {
  clientRequest,
  groupedNodeRequest,
  namedClientRequest,
  namedNodeRequest,
  namelessNodeRequest,
  nodeRequest,
  servingRequest,
} from "./certificate-requests.ts";

const requests = "/certificates.k8s.io/v1/certificatesigningrequests";
const api = "kubernetes.io/kube-apiserver-client";
const kubelet = "kubernetes.io/kube-apiserver-client-kubelet";
const serving = "kubernetes.io/kubelet-serving";
const ofClient = ["digital signature", "client auth"];
const ofServer = ["digital signature", "key encipherment", "server auth"];

/** A right that users have everywhere. */
function bound(name: string, role: string, users: readonly string[]): Step {
  return {
    create: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: users.map((user) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: user })),
    } as KubeObject,
  };
}

function asked(as: string, name: string, text: string, signerName: string, more: object = {}): Step {
  const request = Buffer.from(text).toString("base64");
  return {
    as,
    create: {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata: { name },
      spec: { request, signerName, usages: ofClient, ...more },
    } as KubeObject,
  };
}

function judged(name: string, type: "Approved" | "Denied"): Step {
  const conditions = [{ type, status: "True", reason: "Fine", message: "so be it" }];
  return { patch: `${requests}/${name}`, with: { status: { conditions } }, subresource: "approval" };
}

const failed = { status: { conditions: [{ type: "Failed" }] } };
const issued = { status: { certificate: /./ } };
const right = "system:certificates.k8s.io:certificatesigningrequests";

/** Requests for certificates: which are approved without a person, and what the signers make of them. */
export const certificateScenarios: readonly Scenario[] = [
  {
    name: "approved requests are signed, or why not is said",
    steps: [
      bound("certificates-of-ann", "system:node-bootstrapper", ["ann"]),
      asked("ann", "client-year", clientRequest, api),
      asked("ann", "client-denied", clientRequest, api),
      asked("ann", "client-pending", clientRequest, api),
      asked("ann", "client-short", clientRequest, api, { expirationSeconds: 600 }),
      asked("ann", "client-day", clientRequest, api, { expirationSeconds: 86400 }),
      asked("ann", "client-long", clientRequest, api, { expirationSeconds: 2 ** 31 - 1 }),
      asked("ann", "client-named", namedClientRequest, api, {
        usages: ["digital signature", "key encipherment", "client auth"],
      }),
      asked("ann", "client-of-server", clientRequest, api, { usages: ofServer }),
      asked("ann", "client-without-purpose", clientRequest, api, { usages: ["digital signature"] }),
      asked("ann", "client-of-others", clientRequest, "example.com/signer"),
      asked("ann", "kubelet-own", nodeRequest, kubelet),
      asked("ann", "kubelet-named", namedNodeRequest, kubelet),
      asked("ann", "kubelet-of-server", nodeRequest, kubelet, { usages: ofServer }),
      asked("ann", "kubelet-nameless", namelessNodeRequest, kubelet),
      asked("ann", "kubelet-grouped", groupedNodeRequest, kubelet),
      asked("ann", "serving-whole", servingRequest, serving, { usages: ofServer }),
      asked("ann", "serving-plain", servingRequest, serving, {
        usages: ["digital signature", "server auth"],
      }),
      asked("ann", "serving-nameless", nodeRequest, serving, { usages: ofServer }),
      asked("ann", "serving-of-client", servingRequest, serving),
      judged("client-year", "Approved"),
      judged("client-denied", "Denied"),
      ...["short", "day", "long", "named", "of-server", "without-purpose", "of-others"].map((name) =>
        judged(`client-${name}`, "Approved"),
      ),
      judged("kubelet-own", "Approved"),
      ...["named", "of-server", "nameless", "grouped"].map((name) => judged(`kubelet-${name}`, "Approved")),
      judged("serving-whole", "Approved"),
      ...["plain", "nameless", "of-client"].map((name) => judged(`serving-${name}`, "Approved")),
      { until: requests, matching: issued, count: 8 },
      { until: requests, matching: failed, count: 8 },
    ],
    compared: [requests],
  },
  {
    name: "a kubelet's request is approved when it may have what it asks for",
    steps: [
      bound("kubelets", "system:node-bootstrapper", ["system:node:one", "system:node:two", "starter"]),
      bound("kubelets-themselves", `${right}:selfnodeclient`, ["system:node:one", "system:node:two"]),
      bound("kubelets-starting", `${right}:nodeclient`, ["starter"]),
      asked("system:node:one", "own", nodeRequest, kubelet),
      asked("system:node:two", "another", nodeRequest, kubelet),
      asked("starter", "first", nodeRequest, kubelet),
      asked("system:node:one", "own-of-clients", nodeRequest, api),
      asked("system:node:one", "own-serving", servingRequest, serving, { usages: ofServer }),
      asked("system:node:one", "own-with-name", namedNodeRequest, kubelet),
      { until: requests, matching: issued, count: 2 },
    ],
    compared: [requests],
  },
];
