import { changes, kindCorpus, mutations } from "../corpus.ts";

const service = { namespace: "default", name: "metrics" };

const local = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1.local.example.com" },
  spec: { group: "local.example.com", version: "v1", groupPriorityMinimum: 100, versionPriority: 10 },
};

/** What is tried of an APIService. */
export const apiServiceCorpus = kindCorpus(
  "apiregistration.k8s.io/v1/APIService",
  mutations(local, {
    "metadata.name": ["v1.other.example.com", "a/b"],
    spec: [undefined],
    "spec.group": ["", "Bad Group"],
    "spec.version": ["", "V1", "1v"],
    "no group, another version": { "metadata.name": "v2.", "spec.group": "", "spec.version": "v2" },
    "spec.groupPriorityMinimum": [0, 20_001],
    "spec.versionPriority": [0, 1001],
    "spec.caBundle": ["YQ=="],
    "spec.insecureSkipTLSVerify": [true],
    "spec.service": [{}, { namespace: "default" }, { ...service, port: 0 }, { ...service, port: 70_000 }],
    "a service trusted by a bundle and without": {
      "spec.service": service,
      "spec.caBundle": "YQ==",
      "spec.insecureSkipTLSVerify": true,
    },
    status: [{ conditions: [{ type: "Available", status: "False" }] }],
  }),
  changes(local, {
    "spec.versionPriority": [11, 0],
    "metadata.labels": [{ a: "b" }],
    "metadata.resourceVersion": [undefined],
  }),
  changes(
    local,
    {
      "status.conditions": [
        [
          {
            type: "Available",
            status: "False",
            reason: "A",
            message: "b",
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ],
        [{ type: "Available", status: "Perhaps" }],
      ],
      "spec.versionPriority": [11],
      "metadata.labels": [{ a: "b" }],
    },
    { subresource: "status" },
    "status: ",
  ),
);
