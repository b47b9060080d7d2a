import { systemClock } from "@catalyst/base/clock";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const configMaps = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string, data: Record<string, string> = {}, more: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...more },
  data,
});

describe("objects", () => {
  it("are created once, read, changed under their version, and deleted", async () => {
    const created = await server.ok("POST", configMaps, configMap("life", { a: "1" }));
    expect(created.metadata).toMatchObject({ name: "life", namespace: "default" });
    const again = await server.send("POST", configMaps, { body: configMap("life") });
    expect(again).toMatchObject({
      status: 409,
      body: { reason: "AlreadyExists", message: 'configmaps "life" already exists' },
    });
    const changed = await server.ok("PUT", `${configMaps}/life`, { ...created, data: { a: "2" } });
    expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(
      Number(created.metadata.resourceVersion),
    );
    const stale = await server.send("PUT", `${configMaps}/life`, { body: { ...created, data: { a: "3" } } });
    expect(stale).toMatchObject({ status: 409, body: { reason: "Conflict" } });
    const deleted = await server.ok("DELETE", `${configMaps}/life`);
    expect(deleted).toMatchObject({ kind: "Status", status: "Success", details: { name: "life" } });
    expect(await server.send("GET", `${configMaps}/life`)).toMatchObject({
      status: 404,
      body: { reason: "NotFound", message: 'configmaps "life" not found' },
    });
  });

  it("get a generated name", async () => {
    const body = { ...configMap(""), metadata: { generateName: "gen-" } };
    const names = await Promise.all([1, 2, 3].map(() => server.ok("POST", configMaps, body)));
    for (const { metadata } of names) expect(metadata.name).toMatch(/^gen-[a-z0-9]{5}$/);
    expect(new Set(names.map(({ metadata }) => metadata.name)).size).toBe(3);
  });

  it("aren't stored on a dry run", async () => {
    const reply = await server.send("POST", `${configMaps}?dryRun=All`, { body: configMap("dry") });
    expect(reply.status).toBe(201);
    expect((await server.send("GET", `${configMaps}/dry`)).status).toBe(404);
  });

  it("aren't changed twice by two writers who read the same version", async () => {
    const read = await server.ok("POST", configMaps, configMap("race", { n: "0" }));
    const writes = await Promise.all(
      ["1", "2", "3"].map((n) =>
        server.send("PUT", `${configMaps}/race`, { body: { ...read, data: { n } } }),
      ),
    );
    expect(writes.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it("are all changed by patches at once, one after the other", async () => {
    await server.ok("POST", configMaps, configMap("patched"));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        server.ok(
          "PATCH",
          `${configMaps}/patched`,
          { data: { [`k${index}`]: "x" } },
          "application/merge-patch+json",
        ),
      ),
    );
    const { data } = await server.ok("GET", `${configMaps}/patched`);
    expect(Object.keys(data)).toHaveLength(20);
  });

  it("past the size limit are refused", async () => {
    const body = {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: { name: "large" },
      revision: 1,
      data: { text: "x".repeat(1_600_000) },
    };
    const path = "/apis/apps/v1/namespaces/default/controllerrevisions";
    expect(await server.send("POST", path, { body })).toMatchObject({
      status: 413,
      body: { reason: "RequestEntityTooLarge" },
    });
  });

  it("survive a new start, and the revision goes on", async () => {
    const before = await server.ok("POST", configMaps, configMap("kept", { a: "1" }));
    await server.restart();
    expect(await server.ok("GET", `${configMaps}/kept`)).toEqual(before);
    const next = await server.ok("POST", configMaps, configMap("after"));
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
  });

  const refused: readonly (readonly [string, string, string, unknown, string | undefined, number])[] = [
    ["an unknown resource", "GET", "/api/v1/namespaces/default/nothings", undefined, undefined, 404],
    ["a namespaced object without its namespace", "GET", "/api/v1/configmaps/x", undefined, undefined, 404],
    [
      "an object in a namespace that isn't there",
      "POST",
      "/api/v1/namespaces/no/configmaps",
      configMap("x"),
      undefined,
      404,
    ],
    ["a body that isn't JSON", "POST", configMaps, "{nope", undefined, 400],
    ["a body of an unknown type", "POST", configMaps, configMap("x"), "text/plain", 415],
    ["a patch of an unknown type", "PATCH", `${configMaps}/x`, {}, "text/plain", 415],
    ["a method the resource doesn't have", "PUT", configMaps, configMap("x"), undefined, 405],
    ["the name of another object", "PUT", `${configMaps}/x`, configMap("y"), undefined, 400],
    [
      "an object of another namespace",
      "POST",
      configMaps,
      configMap("x", {}, { namespace: "other" }),
      undefined,
      400,
    ],
  ];
  it.each(refused)("refuse %s", async (_name, method, path, body, type, status) => {
    const text = typeof body === "object" && type === "text/plain" ? JSON.stringify(body) : body;
    const reply = await server.send(method, path, { body: text, ...(type === undefined ? {} : { type }) });
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ kind: "Status", status: "Failure", code: status });
  });
});

describe("keys that an applied document gives twice", () => {
  const at = `${configMaps}/twice?fieldManager=test`;
  const body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: twice\ndata:\n  a: one\n  a: two\n";
  const apply = (query: string) =>
    server.send("PATCH", at + query, { body, type: "application/apply-patch+yaml" });

  it("are refused where they shall be", async () => {
    const { status, body: answer } = await apply("&fieldValidation=Strict");
    expect(status).toBe(400);
    expect(answer.message).toContain('line 7: key "a" already set in map');
  });

  it("are warned of otherwise, and the last counts", async () => {
    const { status, body: answer, headers } = await apply("");
    expect([status, answer.data]).toEqual([201, { a: "two" }]);
    expect(headers["warning"]).toContain("already set in map");
  });
});

describe("Events", () => {
  it("are the same objects in both groups that serve them", async () => {
    const old = "/api/v1/namespaces/default/events";
    const newer = "/apis/events.k8s.io/v1/namespaces/default/events";
    await server.ok("POST", newer, {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "one" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      reason: "Tested",
      action: "Testing",
      type: "Normal",
      note: "it works",
      reportingController: "example.com/test",
      reportingInstance: "test-1",
      regarding: { kind: "Pod", name: "p", namespace: "default" },
    });
    expect(await server.ok("GET", `${old}/one`)).toMatchObject({
      apiVersion: "v1",
      message: "it works",
      involvedObject: { name: "p" },
      reportingComponent: "example.com/test",
    });
    expect(await server.ok("GET", `${newer}/one`)).toMatchObject({
      note: "it works",
      regarding: { name: "p" },
    });
    await server.ok("DELETE", `${old}/one`);
    expect((await server.send("GET", `${newer}/one`)).status).toBe(404);
  });
});

describe("lists", () => {
  const path = "/api/v1/namespaces/lists/configmaps";
  beforeAll(async () => {
    await server.ok("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "lists" },
    });
    for (const [index, name] of ["a", "b", "c", "d", "e"].entries()) {
      const labels = { parity: index % 2 === 0 ? "even" : "odd" };
      await server.ok("POST", path, configMap(name, {}, { labels }));
    }
  });
  const names = (list: { items: { metadata: { name: string } }[] }) =>
    list.items.map((item) => item.metadata.name);

  it("come in pieces that show one moment", async () => {
    const own = (list: Parameters<typeof names>[0]) => names(list).filter((name) => name.length === 1);
    const first = await server.ok("GET", `${path}?limit=2`);
    expect(names(first)).toEqual(["a", "b"]);
    expect(first.metadata.remainingItemCount).toBeGreaterThanOrEqual(3);
    await server.ok("DELETE", `${path}/c`);
    const rest = await server.ok("GET", `${path}?limit=100&continue=${first.metadata.continue}`);
    expect(own(rest)).toEqual(["c", "d", "e"]);
    expect(rest.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    await server.ok("POST", path, configMap("c", {}, { labels: { parity: "even" } }));
  });

  it("are selected by labels and fields", async () => {
    expect(names(await server.ok("GET", `${path}?labelSelector=parity%3Dodd`))).toEqual(["b", "d"]);
    expect(names(await server.ok("GET", `${path}?fieldSelector=metadata.name%3De`))).toEqual(["e"]);
    const bad = await server.send("GET", `${path}?fieldSelector=data.x%3De`);
    expect(bad.status).toBe(400);
  });

  it("are no Table where nothing is stored", async () => {
    const { status } = await server.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
      body: { spec: { nonResourceAttributes: { path: "/", verb: "get" } } },
    });
    expect(status).toBe(406);
  });

  it("come as a Table and as metadata when asked", async () => {
    const table = await server.send("GET", path, {
      headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" },
    });
    expect(table.body.kind).toBe("Table");
    expect(table.body.rows[0].object.kind).toBe("PartialObjectMetadata");
    const partial = await server.send("GET", path, {
      headers: { accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io" },
    });
    expect(partial.body.kind).toBe("PartialObjectMetadataList");
    expect(partial.body.items[0].data).toBeUndefined();
    const none = await server.send("GET", path, {
      headers: { accept: "application/vnd.kubernetes.protobuf" },
    });
    expect(none.status).toBe(406);
  });

  it("come as they were at an exact version", async () => {
    const before = await server.ok("GET", path);
    const exactly = `${path}?resourceVersion=${before.metadata.resourceVersion}&resourceVersionMatch=Exact`;
    await server.ok("POST", path, configMap("f"));
    await server.ok("PATCH", `${path}/a`, { data: { x: "y" } }, "application/merge-patch+json");
    await server.ok("DELETE", `${path}/b`);
    const then = await server.ok("GET", exactly);
    expect(then.items).toEqual(before.items);
    expect(then.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });
});

describe("lists of a time that is given up", () => {
  const path = "/api/v1/namespaces/default/configmaps";
  let late: TestServer;
  let now = Date.now();
  beforeAll(async () => {
    late = await openTestServer({ clock: { ...systemClock, now: () => now } });
    for (const name of ["a", "b", "c", "d"]) await late.ok("POST", path, configMap(name));
  });
  afterAll(() => late.close());

  it("are refused, and go on from what is there now for who wants that (security case 36)", async () => {
    const first = await late.ok("GET", `${path}?limit=1`);
    await late.ok("POST", path, configMap("c2"));
    now += 6 * 60_000;
    const exact = `${path}?resourceVersion=${first.metadata.resourceVersion}&resourceVersionMatch=Exact`;
    expect(await late.send("GET", exact)).toMatchObject({ status: 410, body: { reason: "Expired" } });

    const refusal = await late.send("GET", `${path}?limit=2&continue=${first.metadata.continue}`);
    expect(refusal).toMatchObject({ status: 410, body: { reason: "Expired" } });
    const second = await late.ok("GET", `${path}?limit=2&continue=${refusal.body.metadata.continue}`);
    expect(second.items.map(({ metadata }: KubeObject) => metadata.name)).toEqual(["b", "c"]);
    expect(Number(second.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion));
    const rest = await late.ok("GET", `${path}?continue=${second.metadata.continue}`);
    expect(rest.items.map(({ metadata }: KubeObject) => metadata.name)).toEqual(["c2", "d"]);
    expect(rest.metadata.resourceVersion).toBe(second.metadata.resourceVersion);
  });
});

describe("watches", () => {
  const path = "/api/v1/namespaces/default/configmaps";

  it("begin with what is there, marked off by a bookmark when asked", async () => {
    await server.ok("POST", path, configMap("watched", {}, { labels: { watch: "initial" } }));
    const query = "watch=1&labelSelector=watch%3Dinitial&allowWatchBookmarks=true&sendInitialEvents=true";
    const events = await server.events(`${path}?${query}&resourceVersionMatch=NotOlderThan`, 2);
    expect(events.map(({ type }) => type)).toEqual(["ADDED", "BOOKMARK"]);
    expect(events[1]!.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  });

  it("go on after a version, without loss and without repeating", async () => {
    const { metadata } = await server.ok("GET", path);
    await server.ok("POST", path, configMap("on-1"));
    await server.ok("POST", path, configMap("on-2"));
    const coming = server.events(`${path}?watch=1&resourceVersion=${metadata.resourceVersion}`, 4);
    await server.ok("DELETE", `${path}/on-1`);
    await server.ok("PATCH", `${path}/on-2`, { data: { a: "b" } }, "application/merge-patch+json");
    const events = await coming;
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      "ADDED on-1",
      "ADDED on-2",
      "DELETED on-1",
      "MODIFIED on-2",
    ]);
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  it("show an object that comes to match as added and one that ceases to match as deleted", async () => {
    await server.ok("POST", path, configMap("moving"));
    const coming = server.events(`${path}?watch=1&labelSelector=moves%3Dyes`, 2);
    const label = (value: string | null) =>
      server.ok(
        "PATCH",
        `${path}/moving`,
        { metadata: { labels: { moves: value } } },
        "application/merge-patch+json",
      );
    await label("yes");
    await label(null);
    expect((await coming).map(({ type }) => type)).toEqual(["ADDED", "DELETED"]);
  });

  it("of a version before the last start are refused as expired (security case 36)", async () => {
    const { metadata } = await server.ok("GET", path);
    await server.ok("POST", path, configMap("before-restart"));
    await server.restart();
    const reply = await server.send("GET", `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`);
    expect(reply).toMatchObject({ status: 410, body: { reason: "Expired" } });
  });

  it("of a version not reached yet are refused after waiting", async () => {
    const reply = await server.send("GET", `${path}?watch=1&resourceVersion=99999999`);
    expect(reply).toMatchObject({ status: 504, body: { reason: "Timeout" } });
  });
});
