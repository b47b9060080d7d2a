import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";
import type { AuditEvent } from "./event.ts";
import type { AuditPolicy } from "./policy.ts";

let server: TestServer;
const events: { readonly cluster: string; readonly event: AuditEvent }[] = [];
const path = "/api/v1/namespaces/default";
const canary = "canary-5f1c0d";

const policy: AuditPolicy = {
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", resources: [{ resources: ["events"] }] },
    { level: "None", users: ["quiet"] },
    {
      level: "Metadata",
      verbs: ["get", "list"],
      resources: [{ resources: ["configmaps"], resourceNames: ["known"] }],
    },
    { level: "Metadata", nonResourceURLs: ["/version"], omitStages: [] },
    { level: "None", verbs: ["get", "list"] },
    { level: "Request", verbs: ["delete"] },
    { level: "RequestResponse", resources: [{}, { group: "authentication.k8s.io" }] },
  ],
};

beforeAll(async () => {
  server = await openTestServer({
    audit: { policy, write: (cluster, event) => events.push({ cluster, event }) },
    tokens: [
      { token: adminToken, user: { name: "admin", groups: ["system:masters"] } },
      { token: "quiet", user: { name: "quiet", groups: ["system:masters"] } },
    ],
  });
  await server.server.ensure("demo");
});
afterAll(() => server.close());
beforeEach(() => {
  events.length = 0;
});

const configMap = (name: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { a: "b" },
});

describe("audit", () => {
  it("tells who did what with what, and what came of it", async () => {
    const headers = { "user-agent": "test/1", "impersonate-user": "jane", "audit-id": "given" };
    await server.send("POST", `${path}/configmaps`, { body: configMap("told"), headers });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      cluster: "management",
      event: {
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        level: "RequestResponse",
        auditID: "given",
        stage: "ResponseComplete",
        requestURI: `${path}/configmaps`,
        verb: "create",
        user: { username: "admin", groups: ["system:masters", "system:authenticated"] },
        impersonatedUser: { username: "jane" },
        userAgent: "test/1",
        objectRef: { resource: "configmaps", namespace: "default", apiVersion: "v1" },
        responseStatus: { code: 403, reason: "Forbidden" },
        annotations: { "authorization.k8s.io/decision": "forbid", "authorization.k8s.io/reason": "" },
      },
    });
  });

  it("holds what was sent and answered where the policy wants it", async () => {
    await server.ok("POST", `/clusters/demo${path}/configmaps`, configMap("whole"));
    const [{ cluster, event } = { cluster: "" }] = events;
    expect(cluster).toBe("demo");
    expect(event?.requestObject).toMatchObject({ data: { a: "b" } });
    expect(event?.responseObject).toMatchObject({ metadata: { uid: expect.any(String) } });
    expect(event?.responseStatus).toEqual({ metadata: {}, code: 201 });
  });

  it.each([
    ["a resource it doesn't ask for", "GET", `${path}/configmaps/whole`, adminToken, []],
    ["a resource by its name", "GET", `${path}/configmaps/known`, adminToken, ["Metadata"]],
    ["a user it leaves out", "POST", `${path}/configmaps`, "quiet", []],
    ["a path", "GET", "/version", adminToken, ["Metadata"]],
    ["a path it has no rule for", "GET", "/apis", adminToken, []],
    [
      "a group it has no rule for",
      "DELETE",
      "/apis/apps/v1/namespaces/default/deployments/x",
      adminToken,
      ["Request"],
    ],
  ])("tells as much as the policy says of %s", async (_what, method, url, token, levels) => {
    await server.send(method, url, { token, ...(method === "POST" ? { body: configMap("x") } : {}) });
    expect(events.map(({ event }) => event.level)).toEqual(levels);
  });

  it("25: never holds the values of Secrets and tokens, whatever the policy says", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { a: canary } };
    await server.ok("POST", `${path}/secrets`, secret);
    await server.ok(
      "PATCH",
      `${path}/secrets/s`,
      { stringData: { b: canary } },
      "application/merge-patch+json",
    );
    await server.send("PUT", `${path}/secrets/s`, { body: { ...secret, data: { c: canary } } });
    await server.ok("POST", `${path}/serviceaccounts`, { metadata: { name: "robot" } });
    const { status } = await server.ok("POST", `${path}/serviceaccounts/robot/token`, { spec: {} });
    await server.ok("POST", "/apis/authentication.k8s.io/v1/tokenreviews", { spec: { token: status.token } });
    expect(events).toHaveLength(6);
    const text = JSON.stringify(events);
    expect(text).not.toContain(canary);
    expect(text).not.toContain(Buffer.from(canary).toString("base64"));
    expect(text).not.toContain(status.token);
  });

  it("tells the beginning and the end of a watch", async () => {
    const abort = new AbortController();
    const response = await server.server.handler({
      method: "GET",
      path: `${path}/configmaps?watch=1`,
      headers: { authorization: `Bearer ${adminToken}` },
      signal: abort.signal,
    });
    expect(events.map(({ event }) => event.stage)).toEqual(["ResponseStarted"]);
    abort.abort();
    for await (const _event of response.items!);
    expect(events.map(({ event }) => event.stage)).toEqual(["ResponseStarted", "ResponseComplete"]);
  });

  it("leaves the bodies out of an event that is too large", async () => {
    await server.ok("POST", `${path}/configmaps`, {
      ...configMap("large"),
      data: { a: "x".repeat(200_000) },
    });
    const [{ event } = {}] = events;
    expect(event?.annotations).toMatchObject({ "audit.k8s.io/truncated": "true" });
    expect(event).not.toHaveProperty("requestObject");
  });

  it("tells of a wrong credential once, and nothing of whose it is, as upstream", async () => {
    await server.send("POST", `${path}/configmaps`, { token: "wrong", body: configMap("x") });
    expect(events).toMatchObject([
      {
        cluster: "management",
        event: {
          level: "RequestResponse",
          stage: "ResponseStarted",
          verb: "create",
          user: {},
          objectRef: { resource: "configmaps", namespace: "default", apiVersion: "v1" },
          responseObject: { kind: "Status", code: 401 },
        },
      },
    ]);
    expect(events[0]?.event.user).toEqual({});
    expect(events[0]?.event.responseStatus).toEqual({
      metadata: {},
      status: "Failure",
      message: "Unauthorized",
      reason: "Unauthorized",
      code: 401,
    });
    expect(events[0]?.event).not.toHaveProperty("requestObject");
    expect(JSON.stringify(events)).not.toContain("wrong");
  });

  it("tells of a wrong credential in the cluster that was asked, and by the policy's rules", async () => {
    await server.send("DELETE", `/clusters/demo${path}/configmaps/x`, { token: "wrong" });
    await server.send("DELETE", `/clusters/none${path}/configmaps/x`, { token: "wrong" });
    await server.send("GET", `${path}/configmaps`, { token: "wrong" });
    await server.send("GET", "/version", { token: "wrong" });
    await server.send("POST", `${path}/a%2fb`, { token: "wrong", body: {} });
    expect(events.map(({ cluster, event }) => `${cluster} ${event.requestURI} ${event.level}`)).toEqual([
      `demo /clusters/demo${path}/configmaps/x Request`,
      "management /version Metadata",
    ]);
  });

  it("gives every answer an id, also a refusal's", async () => {
    const ask = (token: string, headers = {}) =>
      server.server.handler({
        method: "GET",
        path: `${path}/pods`,
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
    expect((await ask(adminToken)).headers["audit-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect((await ask("wrong", { "audit-id": "mine" })).headers["audit-id"]).toBe("mine");
  });
});
