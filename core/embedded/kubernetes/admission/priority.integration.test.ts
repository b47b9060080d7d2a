import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
const classes = "/apis/scheduling.k8s.io/v1/priorityclasses";
const pods = "/api/v1/namespaces/default/pods";

beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const priorityClass = (name: string, value: number, more: object = {}) => ({
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name },
  value,
  ...more,
});

let count = 0;
const pod = (spec: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `pod-${count++}` },
  spec: { containers: [{ name: "a", image: "b" }], ...spec },
});

describe("PriorityClasses", () => {
  it("are there from the beginning as Kubernetes has them", async () => {
    const { items } = await server.ok("GET", classes);
    expect(items.map(({ metadata, value }: never) => [(metadata as { name: string }).name, value])).toEqual([
      ["system-cluster-critical", 2_000_000_000],
      ["system-node-critical", 2_000_001_000],
    ]);
  });

  it("get their default, and keep their first generation", async () => {
    const made = await server.ok("POST", classes, priorityClass("high", 1000));
    expect(made).toMatchObject({ preemptionPolicy: "PreemptLowerPriority", metadata: { generation: 1 } });
    const described = { ...made, description: "Before the others" };
    expect(await server.ok("PUT", `${classes}/high`, described)).toMatchObject({
      metadata: { generation: 1 },
    });
  });

  it("are shown as kubectl shows them", async () => {
    const { body } = await server.send("GET", `${classes}/high`, {
      headers: { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" },
    });
    const [name, value, isDefault, , policy] = body.rows[0].cells;
    expect([name, value, isDefault, policy]).toEqual(["high", 1000, false, "PreemptLowerPriority"]);
  });

  it.each([
    ["the system's names", priorityClass("system-mine", 1), "metadata.name"],
    ["a system class of another value", priorityClass("system-node-critical", 1), "metadata.name"],
    ["a value that is the system's", priorityClass("huge", 1_000_000_001), "value"],
    ["an unknown policy", priorityClass("odd", 1, { preemptionPolicy: "Maybe" }), "preemptionPolicy"],
  ])("refuse %s", async (_name, object, field) => {
    const { status, body } = await server.send("POST", classes, { body: object });
    expect([status, body.details.causes[0].field]).toEqual([422, field]);
  });

  it("keep value and policy", async () => {
    const made = await server.ok("GET", `${classes}/high`);
    const changed = { ...made, value: 7, preemptionPolicy: "Never" };
    const { status, body } = await server.send("PUT", `${classes}/high`, { body: changed });
    expect(status).toBe(422);
    expect(body.details.causes.map(({ field }: { field: string }) => field)).toEqual([
      "value",
      "preemptionPolicy",
    ]);
  });
});

describe("a Pod's priority", () => {
  const made = async (spec: object) => (await server.ok("POST", pods, pod(spec))).spec;

  it("is 0 without a class", async () => {
    expect(await made({})).toMatchObject({ priority: 0, preemptionPolicy: "PreemptLowerPriority" });
  });

  it.each([
    ["high", 1000],
    ["system-node-critical", 2_000_001_000],
  ])("is that of its class %s", async (priorityClassName, priority) => {
    expect(await made({ priorityClassName })).toMatchObject({ priorityClassName, priority });
  });

  it.each([
    ["a class that isn't there", { priorityClassName: "none" }, /no PriorityClass with name none was found/],
    ["another value than its class", { priorityClassName: "high", priority: 3 }, /computed 1000/],
    ["a value of its own", { priority: 3 }, /computed 0/],
    [
      "another policy",
      { priorityClassName: "high", preemptionPolicy: "Never" },
      /computed PreemptLowerPriority/,
    ],
  ])("is refused with %s", async (_name, spec, message) => {
    const { status, body } = await server.send("POST", pods, { body: pod(spec) });
    expect([status, body.reason]).toEqual([403, "Forbidden"]);
    expect(body.message).toMatch(message);
  });

  it("is that of the default class when it names none, of which there is only one", async () => {
    const usual = { globalDefault: true, preemptionPolicy: "Never" };
    await server.ok("POST", classes, priorityClass("usual", 50, usual));
    expect(await made({})).toMatchObject({
      priorityClassName: "usual",
      priority: 50,
      preemptionPolicy: "Never",
    });
    const second = await server.send("POST", classes, { body: priorityClass("second", 60, usual) });
    expect(second.status).toBe(403);
    expect(second.body.message).toMatch(/usual is already marked as default/);
  });
});
