import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

const pods = "/api/v1/namespaces/default/pods";
const strategic = "application/strategic-merge-patch+json";
const container = { name: "a", image: "b", resources: { requests: { cpu: "1" } } };
let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

function createPod(name: string, more: object = {}, metadata: object = {}) {
  const spec = { containers: [container], ...more };
  return server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, ...metadata }, spec });
}

async function bind(name: string, binding: object, query = "") {
  const body = { apiVersion: "v1", kind: "Binding", metadata: { name }, ...binding };
  const reply = await server.send("POST", `${pods}/${name}/binding${query}`, { body });
  return [reply.status, reply.body.message];
}

describe("a binding", () => {
  it("puts a Pod on a node, once, with what it says of the Pod", async () => {
    await createPod("bound", {}, { labels: { a: "own", b: "own" } });
    const binding = { metadata: { name: "bound", annotations: { c: "d" }, labels: { a: "other" } } };
    const target = { kind: "Node", name: "n" };
    expect(await bind("bound", { ...binding, target }, "?dryRun=All")).toEqual([201, undefined]);
    expect((await server.ok("GET", `${pods}/bound`)).spec.nodeName).toBeUndefined();
    expect(await bind("bound", { ...binding, target })).toEqual([201, undefined]);
    expect(await server.ok("GET", `${pods}/bound`)).toMatchObject({
      metadata: { labels: { a: "other", b: "own" }, annotations: { c: "d" } },
      spec: { nodeName: "n" },
      status: { conditions: [{ type: "PodScheduled", status: "True" }] },
    });
    expect(await bind("bound", { target })).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n"',
    ]);
  });

  it("is refused in Kubernetes' words", async () => {
    await createPod("free");
    await createPod("gated", { schedulingGates: [{ name: "a.example/b" }] });
    const kind = 'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"';
    const target = { name: "n" };
    expect(await bind("free", {})).toEqual([500, "target.name: Required value"]);
    expect(await bind("free", { target: { kind: "Pod", name: "n" } })).toEqual([500, kind]);
    expect(await bind("free", { target: { kind: "Pod" } })).toEqual([
      500,
      `[${kind}, target.name: Required value]`,
    ]);
    const otherName = [400, "name in URL does not match name in Binding object"];
    expect(await bind("free", { metadata: { name: "other" }, target })).toEqual(otherName);
    expect(await bind("free", { metadata: {}, target })).toEqual(otherName);
    expect(await bind("free", { metadata: { name: "free", uid: "other" }, target })).toEqual([
      409,
      expect.stringContaining("Precondition failed: UID in precondition: other, UID in object meta: "),
    ]);
    expect(await bind("none", { target })).toEqual([404, 'pods "none" not found']);
    expect(await bind("gated", { target })).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "gated": pod gated has non-empty .spec.schedulingGates',
    ]);
  });
});

describe("a Pod's parts", () => {
  it("get containers for a while, which then stay as they are", async () => {
    await createPod("watched");
    const added = (image: string) => ({
      metadata: { labels: { q: "r" } },
      spec: { ephemeralContainers: [{ name: "look", image }] },
    });
    const path = `${pods}/watched/ephemeralcontainers`;
    const changed = await server.ok("PATCH", path, added("c"), strategic);
    expect(changed.metadata).toMatchObject({ generation: 2 });
    expect(changed.metadata.labels).toBeUndefined();
    expect(changed.spec.ephemeralContainers).toEqual([expect.objectContaining({ name: "look", image: "c" })]);
    const again = await server.send("PATCH", path, { body: added("d"), type: strategic });
    expect([again.status, again.body.message.split("\n")[0]]).toEqual([
      422,
      'Pod "watched" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "look" may not be changed',
    ]);
  });

  it("get other resources by resize, and only so", async () => {
    await createPod("sized");
    const cpu = (amount: string) => ({
      spec: { containers: [{ name: "a", image: "other", resources: { requests: { cpu: amount } } }] },
    });
    const resized = await server.ok("PATCH", `${pods}/sized/resize`, cpu("2"), strategic);
    expect(resized.spec.containers[0]).toMatchObject({ image: "b", resources: { requests: { cpu: "2" } } });
    const other = await server.send("PATCH", `${pods}/sized`, { body: cpu("3"), type: strategic });
    expect(other).toMatchObject({ status: 422, body: { details: { causes: [{ field: "spec" }] } } });
    const { resources } = await server.ok("GET", "/api/v1");
    const names = resources.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["pods/ephemeralcontainers", "pods/resize"]));
  });
});

it("a Namespace's finalizers are changed by finalize alone", async () => {
  const path = "/api/v1/namespaces/kept";
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kept" } };
  await server.ok("POST", "/api/v1/namespaces", namespace);
  const held = await server.ok("PUT", path, { ...namespace, spec: { finalizers: [] } });
  expect(held.spec).toEqual({ finalizers: ["kubernetes"] });
  const bare = await server.ok("PUT", `${path}/finalize`, { ...namespace, spec: {} });
  expect([bare.spec, bare.metadata.managedFields]).toEqual([{}, expect.anything()]);
  const wrong = { ...namespace, spec: { finalizers: ["plain"] } };
  expect(await server.send("PUT", `${path}/finalize`, { body: wrong })).toMatchObject({
    status: 422,
    body: { details: { causes: [{ field: "spec.finalizers[0]" }] } },
  });
});
