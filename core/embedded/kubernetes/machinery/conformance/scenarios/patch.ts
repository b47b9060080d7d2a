import type { Scenario, Step } from "../scenario.ts";
import { configMap, deployment, service } from "./objects.ts";

type Fields = Record<string, unknown>;

const kind = "apps/v1/Deployment";

function patched(what: string, name: string, ...patches: readonly Partial<Step>[]): Scenario {
  const container = {
    ports: [{ containerPort: 80 }, { containerPort: 81 }],
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
  };
  return {
    name: `patch: ${what}`,
    steps: [
      { verb: "create", kind, manager: "creator", body: deployment(name, {}, container) },
      ...patches.map((patch) => ({ verb: "patch", kind, name, manager: "patcher", ...patch }) as Step),
    ],
  };
}

function containers(...list: readonly Fields[]): Fields {
  return { spec: { template: { spec: { containers: list } } } };
}

/** The patch types, updates, subresources and what they make of ownership. */
export const patchScenarios: readonly Scenario[] = [
  patched("strategic: a container's image", "patch-image", {
    patchType: "strategic",
    body: containers({ name: "web", image: "other:2" }),
  }),
  patched("strategic: another container before", "patch-order", {
    patchType: "strategic",
    body: {
      spec: {
        template: {
          spec: {
            "$setElementOrder/containers": [{ name: "side" }, { name: "web" }],
            containers: [{ name: "side", image: "s:1" }],
          },
        },
      },
    },
  }),
  patched("strategic: remove a variable", "patch-remove", {
    patchType: "strategic",
    body: containers({ name: "web", env: [{ name: "A", $patch: "delete" }] }),
  }),
  patched("strategic: replace a list", "patch-replace", {
    patchType: "strategic",
    body: containers({ name: "web", env: [{ $patch: "replace" }, { name: "Z", value: "z" }] }),
  }),
  patched("strategic: retain keys", "patch-retain", {
    patchType: "strategic",
    body: { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
  }),
  patched("strategic: ports by number", "patch-ports", {
    patchType: "strategic",
    body: containers({ name: "web", ports: [{ containerPort: 81, name: "x" }] }),
  }),
  patched(
    "strategic: labels",
    "patch-labels",
    { patchType: "strategic", body: { metadata: { labels: { a: "b" }, annotations: { c: "d" } } } },
    { patchType: "strategic", body: { metadata: { labels: { a: null } } } },
  ),
  patched(
    "merge: null removes, lists are replaced",
    "patch-merge",
    { patchType: "merge", body: { spec: { revisionHistoryLimit: null, minReadySeconds: 3 } } },
    { patchType: "merge", body: containers({ name: "new", image: "n" }) },
  ),
  patched("merge: nothing changes", "patch-nothing", { patchType: "merge", body: { spec: { replicas: 1 } } }),
  patched("json: add, replace, remove, test, move, copy", "patch-json", {
    patchType: "json",
    body: [
      { op: "test", path: "/spec/replicas", value: 1 },
      { op: "replace", path: "/spec/replicas", value: 4 },
      { op: "add", path: "/metadata/labels", value: { "x~1y": "no", a: "b" } },
      { op: "remove", path: "/metadata/labels/x~01y" },
      { op: "add", path: "/spec/template/spec/containers/0/env/-", value: { name: "C", value: "3" } },
      { op: "move", from: "/metadata/labels/a", path: "/metadata/labels/b" },
      { op: "copy", from: "/metadata/labels/b", path: "/metadata/labels/c" },
    ],
  }),
  patched("json: a test fails", "patch-json-test", {
    patchType: "json",
    body: [{ op: "test", path: "/spec/replicas", value: 9 }],
  }),
  patched("json: a path is missing", "patch-json-missing", {
    patchType: "json",
    body: [{ op: "remove", path: "/spec/nothing" }],
  }),
  patched("unknown field, strict", "patch-unknown", {
    patchType: "merge",
    fieldValidation: "Strict",
    body: { spec: { nothing: 1 } },
  }),
  patched("an old version", "patch-version", {
    patchType: "merge",
    body: { metadata: { resourceVersion: "1" } },
  }),
  patched("another name", "patch-name", { patchType: "merge", body: { metadata: { name: "other" } } }),
  patched(
    "status",
    "patch-status",
    {
      subresource: "status",
      patchType: "merge",
      body: {
        spec: { replicas: 7 },
        metadata: { labels: { no: "no" }, annotations: { yes: "yes" } },
        status: {
          observedGeneration: 1,
          replicas: 2,
          conditions: [{ type: "Available", status: "True", reason: "R", message: "m" }],
        },
      },
    },
    { patchType: "merge", body: { status: { replicas: 9 } } },
    {
      subresource: "status",
      patchType: "strategic",
      body: { status: { conditions: [{ type: "Progressing", status: "True" }] } },
    },
    { verb: "table" },
  ),
  patched(
    "scale",
    "patch-scale",
    {
      verb: "update",
      subresource: "scale",
      body: {
        apiVersion: "autoscaling/v1",
        kind: "Scale",
        metadata: { name: "patch-scale", namespace: "default" },
        spec: { replicas: 5 },
      },
    },
    { verb: "get" },
    { verb: "get", subresource: "scale" },
  ),
  patched("update: by another manager", "patch-update", {
    verb: "update",
    change: (held) => ({ ...held, spec: { ...(held["spec"] as Fields), replicas: 3 } }),
  }),
  patched("update: nothing", "patch-same", { verb: "update", change: (held) => held }),
  patched("update: the selector", "patch-selector", {
    verb: "update",
    change: (held) => ({
      ...held,
      spec: { ...(held["spec"] as Fields), selector: { matchLabels: { app: "other" } } },
    }),
  }),
  {
    name: "patch: a ConfigMap loses a key, another manager adds one",
    steps: [
      {
        verb: "create",
        kind: "v1/ConfigMap",
        manager: "a",
        body: configMap("patch-config", { a: "1", b: "2" }),
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-config",
        manager: "b",
        patchType: "merge",
        body: { data: { a: null, c: "3" } },
      },
      {
        verb: "update",
        kind: "v1/ConfigMap",
        name: "patch-config",
        manager: "a",
        body: configMap("patch-config", { b: "2", c: "4" }),
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-config",
        manager: "b",
        patchType: "merge",
        body: { data: null, immutable: true },
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-config",
        manager: "b",
        patchType: "merge",
        body: { data: { z: "z" } },
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-config",
        patchType: "merge",
        body: { metadata: { managedFields: [{}] } },
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-config",
        patchType: "merge",
        body: { metadata: { labels: { late: "yes" } } },
      },
    ],
  },
  {
    name: "patch: managedFields moved from client-side to server-side apply",
    steps: [
      {
        verb: "create",
        kind: "v1/ConfigMap",
        manager: "kubectl-client-side-apply",
        body: configMap("patch-managers", { a: "1" }),
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-managers",
        patchType: "json",
        body: [
          {
            op: "replace",
            path: "/metadata/managedFields",
            value: [
              {
                manager: "kubectl",
                operation: "Apply",
                apiVersion: "v1",
                time: "2030-01-01T00:00:00Z",
                fieldsType: "FieldsV1",
                fieldsV1: { "f:data": { "f:a": {} } },
              },
            ],
          },
        ],
      },
      {
        verb: "apply",
        kind: "v1/ConfigMap",
        name: "patch-managers",
        manager: "kubectl",
        body: configMap("patch-managers", { b: "2" }),
      },
    ],
  },
  {
    name: "patch: a Service's ports",
    steps: [
      {
        verb: "create",
        kind: "v1/Service",
        body: service("patch-service", { ports: [{ port: 80, name: "a" }] }),
      },
      {
        verb: "patch",
        kind: "v1/Service",
        name: "patch-service",
        patchType: "strategic",
        body: { spec: { ports: [{ port: 81, name: "b" }] } },
      },
      {
        verb: "patch",
        kind: "v1/Service",
        name: "patch-service",
        patchType: "merge",
        body: { spec: { clusterIP: "10.0.0.9" } },
      },
    ],
  },
  {
    name: "patch: finalizers and owners",
    steps: [
      {
        verb: "create",
        kind: "v1/ConfigMap",
        body: configMap("patch-meta", {}, { finalizers: ["example.com/a"] }),
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-meta",
        patchType: "strategic",
        body: {
          metadata: {
            finalizers: ["example.com/b"],
            ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u" }],
          },
        },
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-meta",
        patchType: "strategic",
        body: { metadata: { "$deleteFromPrimitiveList/finalizers": ["example.com/a"] } },
      },
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "patch-meta",
        patchType: "merge",
        body: { metadata: { finalizers: null } },
      },
    ],
  },
  {
    name: "patch: which of several faults is told",
    steps: [
      {
        verb: "create",
        kind: "v1/ConfigMap",
        name: "patch-faults",
        body: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "patch-faults", labels: { b: "1", a: "1" } },
          data: { b: "1", a: "1" },
        },
      },
      ...[
        [
          { op: "move", from: "/metadata/labels/a", path: "/metadata/annotations" },
          { op: "replace", path: "/data/a", value: 5 },
        ],
        [
          { op: "add", path: "/metadata/labels", value: 1 },
          { op: "add", path: "/immutable", value: "x" },
        ],
        [
          { op: "add", path: "/metadata/labels", value: 1 },
          { op: "add", path: "/metadata/annotations", value: "x" },
          { op: "add", path: "/metadata/finalizers", value: 2 },
        ],
      ].map(
        (body): Step => ({
          verb: "patch",
          kind: "v1/ConfigMap",
          name: "patch-faults",
          patchType: "json",
          body,
        }),
      ),
    ],
  },
];
