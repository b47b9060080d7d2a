import type { Scenario, Step } from "../scenario.ts";
import { configMap, deployment, service } from "./objects.ts";

type Fields = Record<string, unknown>;

const kind = "apps/v1/Deployment";

function apply(manager: string, body: Fields, more: Partial<Step> = {}): Step {
  return {
    verb: "apply",
    kind: `${String(body["apiVersion"])}/${String(body["kind"])}`,
    name: String((body["metadata"] as Fields)["name"]),
    manager,
    body,
    ...more,
  };
}

function replicas(name: string, count: number): Fields {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec: { replicas: count } };
}

function withEnv(name: string, ...env: readonly Fields[]): Fields {
  return deployment(name, {}, { env });
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Server-side apply: ownership, conflicts, removal, lists, and the way from client-side apply. */
export const applyScenarios: readonly Scenario[] = [
  {
    name: "apply: creates, again, with a change",
    steps: [
      apply("a", deployment("apply-plain")),
      apply("a", deployment("apply-plain")),
      apply("a", deployment("apply-plain", { minReadySeconds: 4 })),
      apply("a", deployment("apply-plain")),
    ],
  },
  {
    name: "apply: two managers conflict over replicas",
    steps: [
      apply("a", deployment("apply-conflict", { replicas: 2 })),
      apply("b", replicas("apply-conflict", 3)),
      apply("b", replicas("apply-conflict", 2)),
      apply("b", replicas("apply-conflict", 3), { force: true }),
      apply("b", replicas("apply-conflict", 4)),
      apply("a", deployment("apply-conflict", { replicas: 2 })),
      apply("a", deployment("apply-conflict")),
      {
        verb: "patch",
        kind,
        name: "apply-conflict",
        manager: "c",
        patchType: "merge",
        body: { spec: { replicas: 6, minReadySeconds: 1 } },
      },
      apply("b", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "apply-conflict" } }),
    ],
  },
  {
    name: "apply: several conflicts with several managers",
    steps: [
      apply("a", configMap("apply-several", { x: "1", y: "1" })),
      {
        verb: "patch",
        kind: "v1/ConfigMap",
        name: "apply-several",
        manager: "u",
        patchType: "merge",
        body: { data: { z: "1" } },
      },
      apply("c", configMap("apply-several", { x: "2", y: "2", z: "2" })),
    ],
  },
  {
    name: "apply: items of a list by their keys",
    steps: [
      apply("a", withEnv("apply-list", { name: "A", value: "1" }, { name: "B", value: "2" })),
      apply("b", {
        ...replicas("apply-list", 1),
        spec: { template: { spec: { containers: [{ name: "web", env: [{ name: "C", value: "3" }] }] } } },
      }),
      apply("a", withEnv("apply-list", { name: "B", value: "2" }, { name: "D", value: "4" })),
      apply("a", withEnv("apply-list", { name: "D", value: "4" }, { name: "B", value: "5" })),
      apply("b", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "apply-list" } }),
    ],
  },
  {
    name: "apply: ports with a key left to its default",
    steps: [
      apply(
        "a",
        service("apply-ports", {
          ports: [
            { port: 80, name: "a" },
            { port: 81, name: "b" },
          ],
        }),
      ),
      apply("a", service("apply-ports", { ports: [{ port: 81, name: "b" }] })),
      apply(
        "a",
        service("apply-ports", {
          ports: [
            { port: 81, name: "b" },
            { port: 81, name: "c" },
          ],
        }),
      ),
    ],
  },
  {
    name: "apply: sets",
    steps: [
      apply("a", configMap("apply-set", {}, { finalizers: ["example.com/a", "example.com/b"] })),
      apply("b", configMap("apply-set", {}, { finalizers: ["example.com/c"] })),
      apply("a", configMap("apply-set", {}, { finalizers: ["example.com/b"] })),
      apply("b", configMap("apply-set", {})),
      apply("a", configMap("apply-set", {})),
    ],
  },
  {
    name: "apply: labels shared between managers",
    steps: [
      apply("a", configMap("apply-shared", { k: "v" }, { labels: { x: "1", y: "1" } })),
      apply("b", configMap("apply-shared", {}, { labels: { x: "1", z: "1" } })),
      apply("a", configMap("apply-shared", {}, {})),
      apply("b", configMap("apply-shared", {}, { labels: {} })),
    ],
  },
  {
    name: "apply: over an object made by others",
    steps: [
      {
        verb: "create",
        kind: "v1/ConfigMap",
        manager: "maker",
        body: configMap("apply-over", { a: "1", b: "1" }),
      },
      apply("a", configMap("apply-over", { a: "2" })),
      apply("a", configMap("apply-over", { a: "2" }), { force: true }),
      apply("a", configMap("apply-over", { a: "2" })),
      {
        verb: "update",
        kind: "v1/ConfigMap",
        name: "apply-over",
        manager: "maker",
        body: configMap("apply-over", { a: "3", b: "1" }),
      },
      apply("a", configMap("apply-over", { b: "1" })),
    ],
  },
  {
    name: "apply: after client-side apply",
    steps: [
      {
        verb: "create",
        kind: "v1/ConfigMap",
        manager: "kubectl-client-side-apply",
        body: configMap(
          "apply-kubectl",
          { a: "1", b: "1" },
          {
            annotations: {
              [lastApplied]: JSON.stringify(
                configMap("apply-kubectl", { a: "1", b: "1" }, { namespace: "default" }),
              ),
            },
          },
        ),
      },
      apply("kubectl", configMap("apply-kubectl", { a: "2", b: "1" }, { namespace: "default" })),
      apply("kubectl", configMap("apply-kubectl", { a: "3" }, { namespace: "default" })),
    ],
  },
  {
    name: "apply: status",
    steps: [
      apply("a", deployment("apply-status")),
      apply(
        "s",
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "apply-status" },
          status: { replicas: 1, conditions: [{ type: "Available", status: "True" }] },
        },
        { subresource: "status" },
      ),
      apply(
        "s",
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "apply-status" },
          status: { conditions: [{ type: "Available", status: "False" }] },
        },
        { subresource: "status" },
      ),
      apply(
        "t",
        {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "apply-status" },
          status: { conditions: [{ type: "Available", status: "True" }] },
        },
        { subresource: "status" },
      ),
    ],
  },
  {
    name: "apply: refused",
    steps: [
      apply("a", deployment("apply-refused", { nothing: 1 })),
      apply("a", withEnv("apply-refused", { name: "A" }, { name: "A" })),
      apply("a", withEnv("apply-refused", { value: "A" })),
      apply("a", { ...deployment("apply-refused"), metadata: { name: "apply-refused", managedFields: [] } }),
      apply("a", deployment("apply-refused", { replicas: "three" })),
    ],
  },
  {
    name: "apply: quantities that are written another way",
    steps: [
      apply(
        "a",
        deployment("apply-quantity", {}, { resources: { limits: { cpu: "0.5", memory: "1024Mi" } } }),
      ),
      apply(
        "a",
        deployment("apply-quantity", {}, { resources: { limits: { cpu: "0.5", memory: "1024Mi" } } }),
      ),
      apply("b", deployment("apply-quantity", {}, { resources: { limits: { cpu: "500m" } } })),
    ],
  },
  {
    name: "apply: after a client's, with two items of one key",
    steps: [
      {
        verb: "create",
        kind,
        manager: "kubectl-client-side-apply",
        body: {
          ...deployment("apply-twice", { replicas: 1 }),
          metadata: {
            name: "apply-twice",
            annotations: { [lastApplied]: JSON.stringify(deployment("apply-twice", { replicas: 1 })) },
          },
        },
      },
      {
        verb: "patch",
        kind,
        name: "apply-twice",
        manager: "c",
        patchType: "strategic",
        body: {
          spec: {
            template: { spec: { containers: [{ name: "web", env: [{ name: "A" }, { name: "A" }] }] } },
          },
        },
      },
      apply("kubectl", replicas("apply-twice", 3)),
    ],
  },
];
