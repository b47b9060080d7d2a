import { changes, kindCorpus, mutations } from "../corpus.ts";
import { certificate, ecRequest, edRequest, rsaRequest } from "./requests.ts";

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

const base = {
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name: "corpus" },
  spec: {
    request: base64(ecRequest),
    signerName: "example.com/signer",
    usages: ["digital signature", "client auth"],
  },
};

/** The same request with a letter of its signature changed. */
const forged = ecRequest.replace(
  /(.)(.{12})\n-----END/,
  (_all, letter: string, rest: string) => `${letter === "A" ? "B" : "A"}${rest}\n-----END`,
);

const approved = { type: "Approved", status: "True", reason: "Fine", message: "so be it" };
const denied = { type: "Denied", status: "True" };
const failed = { type: "Failed", status: "True" };
const dated = { lastUpdateTime: "2026-01-01T00:00:00Z", lastTransitionTime: "2026-01-01T00:00:00Z" };

/** What is tried of a CertificateSigningRequest. */
export const signingRequestCorpus = kindCorpus(
  "certificates.k8s.io/v1/CertificateSigningRequest",
  mutations(base, {
    "metadata.name": ["A:b", "a/b"],
    spec: [undefined],
    "spec.request": [
      undefined,
      base64("nothing"),
      base64(rsaRequest),
      base64(edRequest),
      base64(certificate),
      base64(forged),
    ],
    "spec.signerName": [
      "",
      undefined,
      "kubernetes.io/legacy-unknown",
      "kubernetes.io/kube-apiserver-client",
      "example.com",
      "example.com/a/b",
      "example/a",
      "Example.com/a",
      "example.com/Bad Name",
      "example.com/",
    ],
    "spec.usages": [[], undefined, ["fly"], ["any", "any"]],
    "spec.expirationSeconds": [599, 600],
    "spec.username": ["somebody"],
    "spec.groups": [["system:masters"]],
    status: [{ conditions: [approved] }],
  }),
  changes(base, {
    "spec.usages": [["any"]],
    "metadata.labels": [{ a: "b" }],
    "status.conditions": [[approved]],
    "status.certificate": [base64(certificate)],
  }),
  changes(
    base,
    {
      "status.conditions": [
        [approved],
        [{ ...approved, ...dated }],
        [denied],
        [approved, denied],
        [approved, approved],
        [{ ...approved, status: "False" }],
        [{ type: "", status: "True" }],
        [{ type: "Mine", status: "False" }],
        [{ type: "Mine", status: "" }],
        [{ type: "Mine", status: "Perhaps" }],
      ],
      "status.certificate": [base64(certificate)],
      "spec.usages": [["any"]],
      "metadata.labels": [{ a: "b" }],
    },
    { subresource: "approval" },
    "approval: ",
  ),
  changes(
    base,
    {
      "status.conditions": [[approved], [failed], [failed, denied]],
      "status.certificate": [base64(certificate), base64("nothing"), base64(`${ecRequest}`)],
      "spec.usages": [["any"]],
      "metadata.labels": [{ a: "b" }],
    },
    { subresource: "status" },
    "status: ",
  ),
  changes(
    base,
    {
      "status.certificate": [base64(`${certificate}${certificate}`), undefined],
      "status.conditions": [[], [failed, { type: "Mine", status: "True" }]],
    },
    { status: { certificate: base64(certificate), conditions: [failed] }, subresource: "status" },
    "signed: ",
  ),
);
