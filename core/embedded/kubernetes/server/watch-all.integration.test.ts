import type { ClusterEvent, KubeObject, ResourceType } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const configMaps: ResourceType = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
};

const create = (cluster: string, name: string) =>
  server.ok("POST", `/clusters/${cluster}/api/v1/namespaces/default/configmaps`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
  });

const text = (event: ClusterEvent<KubeObject>) =>
  "object" in event ? `${event.type} ${event.cluster}/${event.object.metadata.name}` : event.type;

describe("a watch over all clusters", () => {
  it("sends what is there, then every change, also of clusters to come and to go", async () => {
    await server.server.ensure("one");
    await create("one", "a");
    const abort = new AbortController();
    const events = server.server.watchAll(configMaps, abort.signal)[Symbol.asyncIterator]();
    const next = async (count: number) => {
      const seen: string[] = [];
      while (seen.length < count) seen.push(text((await events.next()).value));
      return seen;
    };
    expect(await next(2)).toEqual(["ADDED one/a", "synced"]);
    await server.server.ensure("two");
    await create("two", "b");
    await server.ok("DELETE", "/clusters/one/api/v1/namespaces/default/configmaps/a");
    await server.server.remove("two");
    expect(await next(3)).toEqual(["ADDED two/b", "DELETED one/a", "DELETED two/b"]);
    const ending = events.next();
    abort.abort();
    expect((await ending).done).toBe(true);
  });

  it("orders all clusters by one revision", async () => {
    await server.server.ensure("three");
    const first = await create("one", "first");
    const second = await create("three", "second");
    const third = await create("one", "third");
    const versions = [first, second, third].map(({ metadata }) => Number(metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(server.server.revision()).toBe(versions.at(-1));
  });
});
