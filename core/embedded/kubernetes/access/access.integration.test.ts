import { soon } from "@catalyst/base/testing/soon";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { adminToken, openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
const user = (name: string, groups: string[] = []) => ({ name, groups });
const namespace = "/api/v1/namespaces/default";
const rbac = "/apis/rbac.authorization.k8s.io/v1";

beforeAll(async () => {
  server = await openTestServer({
    tokens: [
      { token: adminToken, user: user("admin", ["system:masters"]) },
      { token: "reader", user: user("reader") },
      { token: "editor", user: user("editor") },
      { token: "only-demo", user: user("guest", ["system:masters"]), clusters: ["demo"] },
    ],
    authenticate: async (token) => (token === "platform" ? user("platform-user") : undefined),
  });
  await server.server.ensure("demo");
  await bind("reader", "view");
  await bind("editor", "edit");
});
afterAll(() => server.close());

function bind(name: string, role: string) {
  return server.ok("POST", `${rbac}/namespaces/default/rolebindings`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name }],
  });
}

const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

describe("access", () => {
  const cases: readonly (readonly [string, string, string, string, unknown, number])[] = [
    ["anonymous callers read the version", "", "GET", "/version", undefined, 200],
    ["anonymous callers read nothing else", "", "GET", "/api", undefined, 403],
    ["a wrong token is refused", "wrong", "GET", "/version", undefined, 401],
    ["a viewer reads in the namespace", "reader", "GET", `${namespace}/configmaps`, undefined, 200],
    [
      "a viewer doesn't read elsewhere",
      "reader",
      "GET",
      "/api/v1/namespaces/kube-system/configmaps",
      undefined,
      403,
    ],
    ["a viewer doesn't list all namespaces' objects", "reader", "GET", "/api/v1/configmaps", undefined, 403],
    ["a viewer doesn't read Secrets", "reader", "GET", `${namespace}/secrets`, undefined, 403],
    ["a viewer reads the namespace itself", "reader", "GET", namespace, undefined, 200],
    ["a viewer doesn't write", "reader", "POST", `${namespace}/configmaps`, configMap("no"), 403],
    ["an editor writes", "editor", "POST", `${namespace}/configmaps`, configMap("yes"), 201],
    ["an editor doesn't write roles", "editor", "POST", `${rbac}/namespaces/default/roles`, {}, 403],
    [
      "a platform's token names its user, who has no rights yet",
      "platform",
      "GET",
      `${namespace}/pods`,
      undefined,
      403,
    ],
    ["every user finds out what is served", "platform", "GET", "/apis", undefined, 200],
  ];
  it.each(cases)("%s", async (_name, token, method, path, body, status) => {
    const reply = await server.send(method, path, { token, body });
    expect(reply.status).toBe(status);
    if (status === 403) expect(reply.body.reason).toBe("Forbidden");
  });

  it.each([
    ["without credentials", ""],
    ["with a wrong token", "wrong"],
    ["with a token of another cluster", "only-demo"],
  ])("28: who comes %s isn't told whether a cluster exists", async (_name, token) => {
    await server.server.ensure("other");
    for (const path of ["/api/v1/pods", "/version", "/healthz", "/none"]) {
      const [there, missing] = await Promise.all(
        ["other", "none"].map(async (cluster) => {
          const { headers, ...reply } = await server.send("GET", `/clusters/${cluster}${path}`, { token });
          return { ...reply, headers: { ...headers, "audit-id": "each its own" } };
        }),
      );
      expect(there?.status, path).toBe(401);
      expect(missing, path).toEqual(there);
    }
  });

  it("tells who is known that a cluster is missing", async () => {
    expect((await server.send("GET", "/clusters/none/api/v1/pods")).status).toBe(404);
  });

  it("tells what one may do", async () => {
    const ask = async (token: string, verb: string) => {
      const { body } = await server.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
        token,
        body: { spec: { resourceAttributes: { verb, resource: "pods", namespace: "default" } } },
      });
      return body.status.allowed;
    };
    expect([
      await ask("reader", "list"),
      await ask("reader", "delete"),
      await ask("editor", "delete"),
    ]).toEqual([true, false, true]);
  });

  it("lets only those act as others who may", async () => {
    const as = { "impersonate-user": "reader" };
    const path = `${namespace}/secrets`;
    expect((await server.send("GET", path, { headers: as })).status).toBe(403);
    expect((await server.send("GET", `${namespace}/pods`, { headers: as })).status).toBe(200);
    const refused = await server.send("GET", `${namespace}/pods`, { token: "editor", headers: as });
    expect(refused.body.message).toContain("cannot impersonate");
  });

  it("lets nobody give out more than they have", async () => {
    await server.ok("POST", `${rbac}/namespaces/default/roles`, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "role-writer" },
      rules: [{ apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["create"] }],
    });
    await server.ok("POST", `${rbac}/namespaces/default/rolebindings`, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "role-writer" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "role-writer" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "reader" }],
    });
    const role = (name: string, resources: string[]) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name },
      rules: [{ apiGroups: [""], resources, verbs: ["get"] }],
    });
    const write = (name: string, resources: string[]) =>
      server.send("POST", `${rbac}/namespaces/default/roles`, {
        token: "reader",
        body: role(name, resources),
      });
    expect((await write("held", ["configmaps"])).status).toBe(201);
    expect((await write("more", ["secrets"])).status).toBe(403);
  });
});

describe("ServiceAccount tokens", () => {
  const request = async (audiences?: string[], cluster = "") => {
    const path = `${cluster}${namespace}/serviceaccounts/robot/token`;
    const reply = await server.ok("POST", path, { spec: audiences === undefined ? {} : { audiences } });
    return reply.status.token as string;
  };
  const whoami = (token: string, cluster = "") =>
    server.send("POST", `${cluster}/apis/authentication.k8s.io/v1/selfsubjectreviews`, { token, body: {} });

  beforeAll(async () => {
    for (const cluster of ["", "/clusters/demo"]) {
      await server.ok("POST", `${cluster}${namespace}/serviceaccounts`, {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "robot" },
      });
    }
  });

  it("name the account", async () => {
    const { body } = await whoami(await request());
    expect(body.status.userInfo).toMatchObject({
      username: "system:serviceaccount:default:robot",
      groups: expect.arrayContaining(["system:serviceaccounts:default"]),
    });
  });

  it("for another audience aren't let in (security case 24)", async () => {
    expect((await whoami(await request(["vault"]))).status).toBe(401);
  });

  it("of one cluster aren't let into another (security case 27)", async () => {
    expect((await whoami(await request(), "/clusters/demo")).status).toBe(401);
    expect((await whoami(await request(undefined, "/clusters/demo"))).status).toBe(401);
  });

  it("with a changed signature or content aren't let in", async () => {
    const [head, body, signature] = (await request()).split(".");
    const other = Buffer.from(body!, "base64url").toString().replace("robot", "admin");
    expect((await whoami(`${head}.${Buffer.from(other).toString("base64url")}.${signature}`)).status).toBe(
      401,
    );
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    expect((await whoami(`${none}.${body}.`)).status).toBe(401);
  });

  it("that last are put into a Secret made for one, and end with it", async () => {
    const path = `${namespace}/secrets`;
    await server.ok("POST", path, {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/service-account-token",
      metadata: { name: "lasting", annotations: { "kubernetes.io/service-account.name": "robot" } },
    });
    const token = await vi.waitFor(async () => {
      const { data } = await server.ok("GET", `${path}/lasting`);
      return Buffer.from(data.token, "base64").toString();
    }, soon);
    expect((await whoami(token)).status).toBe(201);
    await server.ok("DELETE", `${path}/lasting`);
    expect((await whoami(token)).status).toBe(401);
  });

  it("end with their account", async () => {
    const token = await request();
    await server.ok("DELETE", `${namespace}/serviceaccounts/robot`);
    expect((await whoami(token)).status).toBe(401);
  });
});

describe("security case 27: logical clusters", () => {
  it("share no object, kind, role or token", async () => {
    await server.ok("POST", `/clusters/demo${namespace}/configmaps`, configMap("own"));
    expect((await server.send("GET", `${namespace}/configmaps/own`)).status).toBe(404);
    expect(
      (await server.send("GET", `/clusters/demo${namespace}/configmaps`, { token: "reader" })).status,
    ).toBe(403);
    expect((await server.send("GET", `${namespace}/configmaps`, { token: "only-demo" })).status).toBe(401);
    expect(
      (await server.send("GET", `/clusters/demo${namespace}/configmaps/own`, { token: "only-demo" })).status,
    ).toBe(200);
  });

  const escapes = [
    "/clusters/demo/../management/api/v1/namespaces",
    "/clusters/demo/%2e%2e/management/api/v1/namespaces",
    "/clusters/demo%2f..%2fmanagement/api/v1/namespaces",
    "/clusters/demo/clusters/management/api/v1/namespaces",
    "/clusters/demo/api/v1/namespaces/..%2f..%2f..%2fmanagement/configmaps",
  ];
  it.each(escapes)("aren't left by %s", async (path) => {
    const reply = await server.send("GET", path, { token: "only-demo" });
    expect([400, 401, 404]).toContain(reply.status);
  });

  it("at an address of their own have no path to others", async () => {
    const handler = server.server.clusterHandler("demo");
    const ask = (path: string) =>
      handler({ method: "GET", path, headers: { authorization: "Bearer only-demo" } });
    expect((await ask(`${namespace}/configmaps/own`)).status).toBe(200);
    expect((await ask(`/clusters/management${namespace}/configmaps`)).status).toBe(404);
  });

  it("at an address of their own are also where the issuer of their tokens is", async () => {
    const handler = server.server.clusterHandler("demo");
    const path = "/clusters/demo/.well-known/openid-configuration";
    const headers = { authorization: "Bearer only-demo", host: "kubernetes.default.svc.cluster.local" };
    const { status, json } = await handler({ method: "GET", path, headers });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      issuer: "https://kubernetes.default.svc.cluster.local/clusters/demo",
      jwks_uri: "https://kubernetes.default.svc.cluster.local/clusters/demo/openid/v1/jwks",
    });
  });

  it("are empty again when made anew under the same name", async () => {
    await server.server.ensure("short");
    await server.ok("POST", `/clusters/short${namespace}/configmaps`, configMap("old"));
    const before = server.server.incarnation("short");
    await server.server.remove("short");
    expect((await server.send("GET", `/clusters/short${namespace}/configmaps`)).status).toBe(404);
    await server.server.ensure("short");
    expect(server.server.incarnation("short")).not.toBe(before);
    expect((await server.send("GET", `/clusters/short${namespace}/configmaps/old`)).status).toBe(404);
    await server.restart();
    expect((await server.send("GET", `/clusters/short${namespace}/configmaps/old`)).status).toBe(404);
  });
});

describe("security case 28: names that are paths", () => {
  const attempts = [
    `${namespace}/configmaps/..%2fsecrets%2fx`,
    `${namespace}/configmaps/%2e%2e`,
    "/apis/apps/v1/namespaces/..%2f..%2fkube-system/deployments",
    `${namespace}/configmaps/a%00b`,
  ];
  it.each(attempts)("are refused: %s", async (path) => {
    expect((await server.send("GET", path)).status).toBe(400);
  });
});

describe("security case 29: a watch whose right is taken away", () => {
  it("ends at once", async () => {
    await bind("platform-user", "view");
    const response = await server.server.handler({
      method: "GET",
      path: `${namespace}/configmaps?watch=1&resourceVersion=`,
      headers: { authorization: "Bearer platform" },
    });
    expect(response.status).toBe(200);
    const types: string[] = [];
    const reading = (async () => {
      for await (const event of response.items!) types.push((event as { type: string }).type);
    })();
    await server.ok("DELETE", `${rbac}/namespaces/default/rolebindings/platform-user`);
    await reading;
    expect(types.at(-1)).toBe("ERROR");
  });
});
