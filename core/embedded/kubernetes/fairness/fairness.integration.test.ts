import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
const user = (name: string, groups: string[] = []) => ({ name, groups });
const path = "/api/v1/namespaces/default/configmaps";
const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

beforeAll(async () => {
  server = await openTestServer({
    tokens: [
      { token: adminToken, user: user("admin", ["system:masters"]) },
      { token: "flooder", user: user("flooder") },
      { token: "other", user: user("other") },
    ],
  });
  for (const name of ["flooder", "other"]) {
    await server.ok("POST", `${rbac}/rolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name }],
    });
  }
});
afterAll(() => server.close());

/** Writes one after the other until told to stop; gives how many were done. */
function writeUntil(stopped: () => boolean, token: string): Promise<number> {
  return (async () => {
    for (let count = 0; ; count++) {
      if (stopped()) return count;
      const reply = await server.send("POST", path, {
        token,
        body: { ...configMap(""), metadata: { generateName: "write-" } },
      });
      expect(reply.status).toBe(201);
    }
  })();
}

describe("fairness", () => {
  it("lets who floods slow only itself", async () => {
    let done = 0;
    const flood = Array.from({ length: 1000 }, async (_, index) => {
      const reply = await server.send("POST", path, { token: "flooder", body: configMap(`flood-${index}`) });
      done++;
      return reply.status;
    });
    const writes = await writeUntil(() => done === flood.length, "other");
    const statuses = await Promise.all(flood);
    expect(new Set(statuses)).toEqual(new Set([201, 429]));
    expect(writes).toBeGreaterThan(3);
    expect((await server.send("GET", path, { token: "flooder" })).status).toBe(200);
  });

  it("says when to come again, and by which rule a request was served", async () => {
    const send = () =>
      server.server.handler({ method: "GET", path, headers: { authorization: "Bearer flooder" } });
    const responses = await Promise.all(Array.from({ length: 600 }, send));
    const refused = responses.find(({ status }) => status === 429);
    expect(refused?.headers["retry-after"]).toBe("1");
    const { object: schema } = await found("flowschemas", "global-default");
    const { object: level } = await found("prioritylevelconfigurations", "global-default");
    for (const { headers } of responses) {
      expect(headers["x-kubernetes-pf-flowschema-uid"]).toBe(schema.metadata.uid);
      expect(headers["x-kubernetes-pf-prioritylevel-uid"]).toBe(level.metadata.uid);
    }
  });

  it("goes on with writes while a long list is read and a thousand watches begin", async () => {
    const count = 600;
    await Promise.all(
      Array.from({ length: count }, (_, index) => server.ok("POST", path, configMap(`many-${index}`))),
    );
    const query = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    let left = 1001;
    const read = async (url: string, end: string) => {
      const abort = new AbortController();
      const response = await server.server.handler({
        method: "GET",
        path: url,
        headers: { authorization: `Bearer ${adminToken}` },
        // as over a socket: bytes, made piece by piece
        remoteAddress: "127.0.0.1",
        signal: abort.signal,
      });
      expect(response.status).toBe(200);
      for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
        if (Buffer.from(bytes).includes(end)) break;
      }
      abort.abort();
      left--;
    };
    const reading = [
      read(path, "]}\n"),
      ...Array.from({ length: 1000 }, () => read(`${path}?${query}`, "initial-events-end")),
    ];
    const writes = await writeUntil(() => left === 0, "other");
    await Promise.all(reading);
    expect(writes).toBeGreaterThan(50);
  });
});

/** An object every cluster begins with. */
async function found(plural: string, name: string) {
  const { defaultFlows } = await import("./default-flows.ts");
  const entries = defaultFlows("2026-01-01T00:00:00Z").get(`flowcontrol.apiserver.k8s.io/${plural}`);
  return entries!.find(({ key }) => key === name)!;
}
