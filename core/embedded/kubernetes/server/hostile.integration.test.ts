import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
const namespace = "/api/v1/namespaces/default";
const configMaps = `${namespace}/configmaps`;

beforeAll(async () => {
  server = await openTestServer();
  await server.server.ensure("demo");
});
afterAll(() => server.close());

/** What the server must be able to do after everything here. */
const isWell = async () => expect((await server.send("GET", configMaps)).status).toBe(200);

describe("9: a body that grows when it is read", () => {
  const levels = "bcdefghij".split("");
  const bomb = [
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata: {name: bomb}",
    "data:",
    `  a: &a [${Array(9).fill('"lol"').join(",")}]`,
    ...levels.map((name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `  ${name}: &${name} [${Array(9).fill(`*${before}`).join(",")}]`;
    }),
  ].join("\n");

  it.each([
    ["POST", configMaps, "application/yaml"],
    ["PATCH", `${configMaps}/bomb?fieldManager=test`, "application/apply-patch+yaml"],
  ])("is refused by %s %s", async (method, path, type) => {
    const reply = await server.send(method, path, { body: bomb, type });
    expect(reply).toMatchObject({ status: 400, body: { reason: "BadRequest" } });
    await isWell();
  });

  it("is refused when it merges keys over and over", async () => {
    const lines = Array.from(
      { length: 2000 },
      (_, index) =>
        `  k${index}: &k${index} {<<: [${index === 0 ? "" : `*k${index - 1}, *k${index - 1}`}], v${index}: x}`,
    );
    const body = ["apiVersion: v1", "kind: ConfigMap", "metadata: {name: merged}", "data:", ...lines].join(
      "\n",
    );
    const reply = await server.send("POST", configMaps, { body, type: "application/yaml" });
    expect(reply.status).toBe(400);
    await isWell();
  });

  it("is refused when it nests past all measure", async () => {
    const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`;
    expect((await server.send("POST", configMaps, { body })).status).toBe(400);
    await isWell();
  });
});

describe("a body that is too large", () => {
  const limit = 3 * 1024 * 1024;

  it("is read no further than the limit", async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 65_536;
        yield Buffer.alloc(65_536, " ");
      }
    }
    const response = await server.server.handler({
      method: "POST",
      path: configMaps,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      body: endless(),
    });
    expect(response.status).toBe(413);
    expect(read).toBeLessThanOrEqual(limit + 2 * 65_536);
  });

  it("isn't read at all for who may not send it", async () => {
    let read = false;
    async function* body() {
      read = true;
      yield Buffer.from("{}");
    }
    const response = await server.server.handler({
      method: "POST",
      path: configMaps,
      headers: { authorization: `Bearer ${adminToken}`, "impersonate-user": "jane" },
      body: body(),
    });
    expect([response.status, read]).toEqual([403, false]);
  });
});

describe("25: an answer holds no secret value", () => {
  const canary = "canary-9d41";
  const encoded = Buffer.from(canary).toString("base64");
  const secret = (more: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "own" }, ...more });
  const json = "application/json-patch+json";
  const strategic = "application/strategic-merge-patch+json";

  beforeAll(async () => {
    await server.ok("POST", `${namespace}/secrets`, secret({ stringData: { a: canary }, immutable: true }));
  });

  const attempts: readonly (readonly [string, string, unknown, string | undefined, string])[] = [
    ["POST", "", secret({ data: { a: `!${canary}` } }), undefined, "that isn't base64"],
    ["POST", "", secret({ data: { a: [canary] } }), undefined, "of another type"],
    ["POST", "", secret({ data: { [`a b`]: encoded } }), undefined, "under a wrong key"],
    ["POST", "", secret({ stringData: { a: canary } }), undefined, "that is there already"],
    ["POST", "", `{"apiVersion":"v1","kind":"Secret","data":{"a":"${canary}"`, undefined, "cut off"],
    ["PUT", "/own", secret({ stringData: { a: `${canary}-2` } }), undefined, "that can't be changed"],
    [
      "PUT",
      "/own",
      secret({ type: "kubernetes.io/tls", data: { x: encoded } }),
      undefined,
      "of another kind",
    ],
    ["PATCH", "/own", [{ op: "test", path: "/data/a", value: canary }], json, "that is compared"],
    [
      "PATCH",
      "/own",
      [{ op: "replace", path: `/data/${canary}/x`, value: canary }],
      json,
      "that isn't there",
    ],
    ["PATCH", "/own", { data: { a: [canary] } }, strategic, "patched to another type"],
    ["PATCH", "/own", { data: { a: `!${canary}` } }, "application/merge-patch+json", "patched to no base64"],
    [
      "PATCH",
      "/own?fieldManager=other&fieldValidation=Strict",
      secret({ data: { a: encoded }, unknown: canary }),
      "application/apply-patch+yaml",
      "applied with a field nobody knows",
    ],
  ];
  it.each(attempts)("%s of a value %4$s", async (method, path, body, type) => {
    const reply = await server.send(method, `${namespace}/secrets${path}`, {
      body: type === undefined || typeof body === "string" ? body : JSON.stringify(body),
      ...(type === undefined ? {} : { type }),
    });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    const text = JSON.stringify(reply.body).replaceAll(`/data/${canary}/x`, "");
    expect(text).not.toContain(canary);
    expect(text).not.toContain(encoded);
  });

  it("when a token is wrong", async () => {
    const reply = await server.send("GET", configMaps, { token: canary });
    expect([reply.status, JSON.stringify(reply.body).includes(canary)]).toEqual([401, false]);
  });
});

describe("28: a path that leads out of its resource", () => {
  const paths = [
    `${namespace}/configmaps/..%2f..%2fkube-system%2fsecrets%2fx`,
    `${namespace}/configmaps/%2E%2E`,
    "/apis/example.com/v1/namespaces/..%2f..%2f..%2fapi/v1/secrets",
    "/api/v1/namespaces/default%2fsecrets/configmaps",
    "/clusters/demo%2f..%2f/api/v1/secrets",
    "/clusters/%2e%2e/api/v1/secrets",
  ];
  it.each(paths)("%s", async (path) => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { status, body } = await server.send(method, path, method === "PUT" ? { body: {} } : {});
      expect([400, 404, 405]).toContain(status);
      expect(body.items).toBeUndefined();
    }
  });

  it("as the name of an object", async () => {
    for (const name of ["../secrets/x", "..", ".", "a/b", "a%2fb"]) {
      const body = {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name },
        rules: [],
      };
      const reply = await server.send("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", { body });
      expect(reply.status).toBe(422);
    }
  });
});

describe("29: a watch by a ServiceAccount's token ends with", () => {
  /** Begins to watch by a token; `end` is the last event's type. */
  const watchBy = async (name: string, boundObjectRef?: object) => {
    await server.ok("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name }],
    });
    const token = `${namespace}/serviceaccounts/${name}/token`;
    const { status } = await server.ok("POST", token, { spec: { boundObjectRef } });
    const response = await server.server.handler({
      method: "GET",
      path: `${configMaps}?watch=1`,
      headers: { authorization: `Bearer ${status.token}` },
    });
    expect(response.status).toBe(200);
    const end = (async () => {
      const types: string[] = [];
      for await (const event of response.items!) types.push((event as { type: string }).type);
      return types.at(-1);
    })();
    return { end };
  };

  const account = (name: string) => server.ok("POST", `${namespace}/serviceaccounts`, { metadata: { name } });

  it("the Pod it is bound to", async () => {
    await account("of-pod");
    const spec = { serviceAccountName: "of-pod", containers: [{ name: "a", image: "a" }] };
    await server.ok("POST", `${namespace}/pods`, { metadata: { name: "holder" }, spec });
    const { end } = await watchBy("of-pod", { apiVersion: "v1", kind: "Pod", name: "holder" });
    await server.ok("DELETE", `${namespace}/pods/holder`);
    expect(await end).toBe("ERROR");
  });

  it("the Secret it is bound to", async () => {
    await account("of-secret");
    await server.ok("POST", `${namespace}/secrets`, { metadata: { name: "holder" } });
    const { end } = await watchBy("of-secret", { apiVersion: "v1", kind: "Secret", name: "holder" });
    await server.ok("DELETE", `${namespace}/secrets/holder`);
    expect(await end).toBe("ERROR");
  });

  it("its account", async () => {
    await account("of-account");
    const { end } = await watchBy("of-account");
    await server.ok("DELETE", `${namespace}/serviceaccounts/of-account`);
    expect(await end).toBe("ERROR");
  });
});
