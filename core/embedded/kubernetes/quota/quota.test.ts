import { printQuantity } from "@catalyst/base/quantity";
import type { KubeObject, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, test } from "vitest";
import { chargeQuotas } from "./charge.ts";
import { isInScope, type Quota } from "./scopes.ts";
import { usageOf } from "./usage.ts";

const now = Date.parse("2026-03-10T10:00:00Z");

function quota(
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>>,
  spec: Quota["spec"] = {},
): Quota {
  const metadata = { name: "limits", namespace: "site" };
  return { apiVersion: "v1", kind: "ResourceQuota", metadata, spec, status: { hard, used } };
}

type Lists = Readonly<Record<"requests" | "limits", Readonly<Record<string, string>>>>;
function pod(resources: Partial<Lists> = {}, more: Readonly<Record<string, unknown>> = {}): Pod {
  const { status, deletion, ...spec } = more;
  const gone = deletion === undefined ? {} : { deletionTimestamp: deletion, deletionGracePeriodSeconds: 30 };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "site", ...gone },
    spec: { containers: [{ name: "main", resources }], ...spec },
    status: status ?? {},
  } as unknown as Pod;
}

const object = (fields: object) => ({ metadata: { name: "a" }, ...fields }) as unknown as KubeObject;
const service = (spec: object) => object({ kind: "Service", spec });

describe("usageOf", () => {
  const port = { port: 80 };
  test.each<[string, string, KubeObject, Readonly<Record<string, string>>]>([
    ["any object", "apps/deployments", object({}), { "count/deployments.apps": "1" }],
    ["one with a name of its own", "/secrets", object({}), { "count/secrets": "1", secrets: "1" }],
    [
      "a Pod",
      "/pods",
      pod({ requests: { cpu: "100m", memory: "1Gi", "example.com/gpu": "2" }, limits: { cpu: "1" } }),
      {
        "count/pods": "1",
        pods: "1",
        cpu: "100m",
        "requests.cpu": "100m",
        memory: "1Gi",
        "requests.memory": "1Gi",
        "requests.example.com/gpu": "2",
        "limits.cpu": "1",
      },
    ],
    [
      "a Pod that ended",
      "/pods",
      pod({ requests: { cpu: "1" } }, { status: { phase: "Failed" } }),
      { "count/pods": "1" },
    ],
    [
      "one that should have ended",
      "/pods",
      pod({ requests: { cpu: "1" } }, { deletion: "2026-03-10T09:59:00Z" }),
      { "count/pods": "1" },
    ],
    [
      "a Service inside the cluster",
      "/services",
      service({ type: "ClusterIP", ports: [port] }),
      { "count/services": "1", services: "1", "services.nodeports": "0", "services.loadbalancers": "0" },
    ],
    [
      "one with a port on every node",
      "/services",
      service({ type: "NodePort", ports: [port, port] }),
      { "count/services": "1", services: "1", "services.nodeports": "2", "services.loadbalancers": "0" },
    ],
    [
      "a load balancer that takes no such ports but the one it names",
      "/services",
      service({
        type: "LoadBalancer",
        allocateLoadBalancerNodePorts: false,
        ports: [port, { ...port, nodePort: 30_000 }],
      }),
      { "count/services": "1", services: "1", "services.nodeports": "1", "services.loadbalancers": "1" },
    ],
    [
      "a claim, counted for its class too; the larger of asked and given",
      "/persistentvolumeclaims",
      object({
        spec: { storageClassName: "fast", resources: { requests: { storage: "1Gi" } } },
        status: { allocatedResources: { storage: "2Gi" } },
      }),
      {
        "count/persistentvolumeclaims": "1",
        persistentvolumeclaims: "1",
        "requests.storage": "2Gi",
        "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
        "fast.storageclass.storage.k8s.io/requests.storage": "2Gi",
      },
    ],
  ])("%s", (_what, resource, counted, expected) => {
    const usage = [...usageOf(resource, counted, now)].map(([name, amount]) => [name, printQuantity(amount)]);
    expect(Object.fromEntries(usage)).toEqual(expected);
  });
});

describe("isInScope", () => {
  const across = (term: object) => ({
    affinity: {
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "z", ...term }] },
    },
  });
  test.each<[string, Pod, boolean]>([
    ["Terminating", pod({}, { activeDeadlineSeconds: 0 }), true],
    ["Terminating", pod(), false],
    ["NotTerminating", pod(), true],
    ["BestEffort", pod(), true],
    ["BestEffort", pod({ requests: { cpu: "1m" } }), false],
    ["BestEffort", pod({ limits: { memory: "0Mi" } }), true],
    ["BestEffort", pod({ requests: { "example.com/gpu": "1" } }), true],
    ["NotBestEffort", pod({ limits: { memory: "1" } }), true],
    ["PriorityClass", pod({}, { priorityClassName: "high" }), true],
    ["PriorityClass", pod({}, { priorityClassName: "" }), false],
    ["CrossNamespacePodAffinity", pod({}, across({ namespaces: ["other"] })), true],
    ["CrossNamespacePodAffinity", pod({}, across({})), false],
    ["Unknown", pod(), false],
  ])("%s, %#", (scope, counted, expected) => {
    expect(isInScope(quota({}, {}, { scopes: [scope] }), "/pods", counted)).toBe(expected);
  });

  test.each<[string, readonly string[], string | undefined, boolean]>([
    ["In", ["high"], "high", true],
    ["In", ["high"], undefined, false],
    ["NotIn", ["high"], "low", true],
    ["DoesNotExist", [], undefined, true],
    ["Exists", [], undefined, false],
  ])("priority class %s %j of %s", (operator, values, priorityClassName, expected) => {
    const matchExpressions = [{ scopeName: "PriorityClass", operator, values }];
    const scoped = quota({}, {}, { scopeSelector: { matchExpressions } });
    expect(isInScope(scoped, "/pods", pod({}, { priorityClassName }))).toBe(expected);
  });

  test("what isn't a Pod is in no scope, and everything in a quota without one", () => {
    expect(isInScope(quota({}, {}, { scopes: ["NotTerminating"] }), "/services", service({}))).toBe(false);
    expect(isInScope(quota({}, {}), "/services", service({}))).toBe(true);
  });
});

describe("chargeQuotas", () => {
  const charge = (counted: KubeObject, before?: KubeObject) => ({
    resource: "/pods",
    object: counted,
    before,
    now,
  });
  const small = pod({ requests: { cpu: "200m" } });
  const large = pod({ requests: { cpu: "500m" } });

  test("what fits is added to what is used", () => {
    const { quotas } = chargeQuotas(
      [quota({ "requests.cpu": "1", pods: "3" }, { "requests.cpu": "300m", pods: "1" })],
      charge(small),
    ) as {
      quotas: readonly Quota[];
    };
    expect(quotas.map(({ status }) => status?.used)).toEqual([{ "requests.cpu": "500m", pods: "2" }]);
  });

  test("an update takes what it adds", () => {
    const { quotas } = chargeQuotas(
      [quota({ "requests.cpu": "1" }, { "requests.cpu": "700m" })],
      charge(large, small),
    ) as {
      quotas: readonly Quota[];
    };
    expect(quotas.map(({ status }) => status?.used)).toEqual([{ "requests.cpu": "1" }]);
  });

  test("what an update no longer needs is free only when it is counted anew", () => {
    const held = quota({ "requests.cpu": "1" }, { "requests.cpu": "700m" });
    expect(chargeQuotas([held], charge(small, large))).toEqual({ quotas: [] });
  });

  test("a quota that isn't about the object, or whose scope leaves it out, doesn't change", () => {
    const others = [
      quota({ services: "0" }, { services: "0" }),
      quota({ pods: "0" }, { pods: "0" }, { scopes: ["BestEffort"] }),
    ];
    expect(chargeQuotas(others, charge(small))).toEqual({ quotas: [] });
  });

  test.each<[string, Quota, Pod, string]>([
    [
      "what is too much",
      quota({ pods: "1", "requests.cpu": "1" }, { pods: "1", "requests.cpu": "900m" }),
      small,
      "exceeded quota: limits, requested: pods=1,requests.cpu=200m, used: pods=1,requests.cpu=900m, limited: pods=1,requests.cpu=1",
    ],
    [
      "a Pod that doesn't say what a quota limits",
      quota({ "limits.memory": "1Gi", cpu: "1" }, { "limits.memory": "0", cpu: "0" }),
      small,
      "failed quota: limits: must specify limits.memory for: main",
    ],
    [
      "as long as nobody counted",
      quota({ pods: "1", "count/pods": "1" }, {}),
      small,
      "status unknown for quota: limits, resources: count/pods,pods",
    ],
  ])("refuses %s", (_what, held, counted, refusal) => {
    expect(chargeQuotas([held], charge(counted))).toEqual({ refusal });
  });
});
