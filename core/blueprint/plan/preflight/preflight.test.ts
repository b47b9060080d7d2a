import type { Ingress, KubeObject, ResourceAmounts } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { type LiveState, type PlacedIngress, type PlannedRelease, preflight } from "./index.ts";

const environment = "acme-dev";
const empty: LiveState = {
  ingresses: async () => [],
  storageClasses: async () => [],
  quotas: async () => [],
  limitRanges: async () => [],
};

const object = (kind: string, name: string, spec: unknown, apiVersion = "v1"): KubeObject =>
  ({ apiVersion, kind, metadata: { name }, spec }) as KubeObject;
const ingress = (host: string) => object("Ingress", "web", { rules: [{ host }] }, "networking.k8s.io/v1");
const claim = (storageClassName?: string) =>
  object("PersistentVolumeClaim", "data", {
    ...(storageClassName === undefined ? {} : { storageClassName }),
    resources: { requests: { storage: "2Gi" } },
  });
const container = (requests?: ResourceAmounts, limits?: ResourceAmounts, more: object = {}) => ({
  name: "web",
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
  ...more,
});
const deployment = (
  replicas: number,
  containers: readonly object[],
  initContainers: readonly object[] = [],
) => object("Deployment", "web", { replicas, template: { spec: { containers, initContainers } } }, "apps/v1");

const release = (application: string, objects: readonly KubeObject[], previous: readonly KubeObject[] = []) =>
  ({ application, objects, previous }) satisfies PlannedRelease;

async function look(releases: readonly PlannedRelease[], live: Partial<LiveState>, removed: string[] = []) {
  const facts = { environment, releases, removed: new Set(removed), live: { ...empty, ...live } };
  return (await preflight(facts)).map(({ check }) => `${check.status}: ${check.message}`);
}

/** An Ingress that is there already. */
function placed(host: string, application: string, where = environment): PlacedIngress {
  const { metadata, ...rest } = ingress(host);
  const moved = { ...rest, metadata: { ...metadata, namespace: application } };
  return { environment: where, ingress: moved as Ingress };
}

describe("41: a host name has one owner", () => {
  const wanted = release("blog", [ingress("Blog.example.org")]);
  it.each([
    ["nobody's", [], [], "ok: blog.example.org is free."],
    ["its own", [placed("blog.example.org", "blog")], [], "ok: blog.example.org is free."],
    [
      "another Application's",
      [placed("BLOG.example.org", "shop")],
      [],
      "failed: blog wants blog.example.org, which belongs to shop of this Environment.",
    ],
    [
      "another Environment's, which isn't named",
      [placed("blog.example.org", "blog", "other-prod")],
      [],
      "failed: blog wants blog.example.org, which belongs to another Environment of this Sovereign.",
    ],
    [
      "that of one that goes",
      [placed("blog.example.org", "shop")],
      ["shop"],
      "ok: blog.example.org is free.",
    ],
  ])("%s", async (_name, ingresses, removed, expected) => {
    expect(await look([wanted], { ingresses: async () => ingresses }, removed)).toEqual([expected]);
  });

  it("two in one change", async () => {
    const found = await look([wanted, release("shop", [ingress("blog.example.org")])], {});
    expect(found).toEqual([
      "failed: blog wants blog.example.org, which belongs to shop.",
      "failed: shop wants blog.example.org, which belongs to blog.",
    ]);
  });

  it("one that is double already doesn't keep its Application from being changed", async () => {
    const standing = release("blog", [ingress("blog.example.org")], [ingress("blog.example.org")]);
    const live = { ingresses: async () => [placed("blog.example.org", "shop")] };
    expect(await look([standing], live)).toEqual([
      "warning: blog wants blog.example.org, which belongs to shop of this Environment.",
    ]);
  });
});

describe("a StorageClass", () => {
  const named = (name: string, isDefault: boolean) =>
    ({
      ...object("StorageClass", name, undefined),
      metadata: {
        name,
        annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
      },
      provisioner: "x",
    }) as never;
  const live = { storageClasses: async () => [named("local-path", true), named("slow", false)] };
  it.each([
    ["that is there", claim("slow"), live, "ok: blog gets its volumes of StorageClass slow."],
    [
      "that isn't",
      claim("fast"),
      live,
      "failed: blog asks for StorageClass fast, which the cluster doesn't have.",
    ],
    ["of no name is the default", claim(), live, "ok: blog gets its volumes of StorageClass local-path."],
    [
      "of no name without a default",
      claim(),
      {},
      "warning: blog asks for a volume, and the cluster has no default StorageClass.",
    ],
    [
      "of a cluster that isn't there yet",
      claim("fast"),
      { storageClasses: async () => undefined },
      "warning: The Environment's cluster can't be asked for its StorageClasses yet.",
    ],
  ])("%s", async (_name, volume, state, expected) => {
    expect(await look([release("blog", [volume])], state)).toEqual([expected]);
  });

  it("of a StatefulSet's template, or that comes along", async () => {
    const set = object("StatefulSet", "db", { volumeClaimTemplates: [claim("fast")] }, "apps/v1");
    const along = { ...object("StorageClass", "fast", undefined), provisioner: "x" };
    expect(await look([release("blog", [set])], live)).toEqual([
      "failed: blog asks for StorageClass fast, which the cluster doesn't have.",
    ]);
    expect(await look([release("blog", [set, along])], live)).toEqual([
      "ok: blog gets its volumes of StorageClass fast.",
    ]);
  });

  it("a claim that wants a volume made by hand needs none", async () => {
    expect(await look([release("blog", [claim("")])], live)).toEqual([]);
  });
});

describe("a quota of the namespace", () => {
  const quota = (hard: ResourceAmounts, namespace = "blog", more: object = {}) => ({
    quotas: async () => [
      {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "most", namespace },
        spec: { hard, ...more },
      },
    ],
  });
  const web = (replicas: number) => [deployment(replicas, [container({ cpu: "250m", memory: "64Mi" })])];

  it.each([
    ["kept", { "requests.cpu": "1", memory: "256Mi", pods: "4" }, "ok: blog stays within it."],
    ["of another namespace", {}, undefined],
    ["exceeded by cpu", { cpu: "900m" }, "failed: blog needs 1 of cpu, and 900m are allowed."],
    [
      "exceeded by memory",
      { "requests.memory": "200Mi" },
      "failed: blog needs 256Mi of requests.memory, and 200Mi are allowed.",
    ],
    ["exceeded by Pods", { pods: 3 }, "failed: blog needs 4 of pods, and 3 are allowed."],
    [
      "of what containers don't name",
      { "limits.cpu": "8" },
      "failed: container web of Deployment web names no limits.cpu, which the quota asks for.",
    ],
    [
      "of what can't be told",
      { "count/secrets": "1" },
      "warning: count/secrets can't be computed beforehand.",
    ],
  ])("%s", async (_name, hard, expected) => {
    const live = quota(hard, expected === undefined ? "other" : "blog");
    expect(await look([release("blog", web(4))], live)).toEqual(expected === undefined ? [] : [expected]);
  });

  it("for some Pods only isn't computed", async () => {
    expect(
      await look([release("blog", web(4))], quota({ pods: "1" }, "blog", { scopes: ["BestEffort"] })),
    ).toEqual(["warning: It is for some Pods only, which isn't computed beforehand."]);
  });

  it("counts sidecars with the containers, and the largest step of the beginning", async () => {
    const sidecar = container({ cpu: "100m" }, undefined, { restartPolicy: "Always" });
    const step = (cpu: string) => container({ cpu });
    const pods = (begin: string) => [deployment(1, [container({ cpu: "200m" })], [sidecar, step(begin)])];
    expect(await look([release("blog", pods("50m"))], quota({ cpu: "299m" }))).toEqual([
      "failed: blog needs 300m of cpu, and 299m are allowed.",
    ]);
    expect(await look([release("blog", pods("1"))], quota({ cpu: "1" }))).toEqual([
      "failed: blog needs 1100m of cpu, and 1 are allowed.",
    ]);
  });

  it("counts the volumes of each Pod of a StatefulSet", async () => {
    const set = object(
      "StatefulSet",
      "db",
      { replicas: 3, template: { spec: { containers: [] } }, volumeClaimTemplates: [claim("")] },
      "apps/v1",
    );
    expect(
      await look([release("blog", [set])], quota({ "requests.storage": "5Gi", persistentvolumeclaims: "3" })),
    ).toEqual(["failed: blog needs 6Gi of requests.storage, and 5Gi are allowed."]);
  });
});

describe("limits of the namespace", () => {
  const range = (item: object) => ({
    limitRanges: async () => [
      {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "each", namespace: "blog" },
        spec: { limits: [{ type: "Container", ...item }] },
      },
    ],
  });
  it.each([
    ["kept", { max: { cpu: "1" } }, container(undefined, { cpu: "1" }), "ok: blog stays within them."],
    [
      "too much",
      { max: { cpu: "1" } },
      container(undefined, { cpu: "2" }),
      "failed: Container web of Deployment web may take more cpu than 1.",
    ],
    [
      "no bound of its own",
      { max: { cpu: "1" } },
      container(),
      "failed: Container web of Deployment web may take more cpu than 1.",
    ],
    [
      "a bound by default",
      { max: { cpu: "1" }, default: { cpu: "500m" } },
      container(),
      "ok: blog stays within them.",
    ],
    [
      "too little",
      { min: { memory: "32Mi" } },
      container({ memory: "16Mi" }),
      "failed: Container web of Deployment web asks for less memory than 32Mi.",
    ],
  ])("%s", async (_name, item, one, expected) => {
    expect(await look([release("blog", [deployment(1, [one])])], range(item))).toEqual([expected]);
  });
});
