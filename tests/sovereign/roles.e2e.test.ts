import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Calls, eventually } from "./calls.ts";
import { kubernetes } from "./kubernetes.ts";
import { addPeople, callsWith, type Person } from "./people.ts";
import { type Sovereign, startSovereign } from "./sovereign.ts";

/** Every route of the running server by every role, in its own Organization and in another. */
const roles = ["org-admin", "org-developer", "org-viewer", "security-officer", "billing-admin"] as const;
type Role = (typeof roles)[number];

const everyone: readonly Role[] = roles;
const developers: readonly Role[] = ["org-admin", "org-developer"];
const nobody: readonly Role[] = [];

/** Who may use a route. A route the server has and this table hasn't is a failure. */
const expected: Readonly<Record<string, readonly Role[]>> = {
  "GET /v1/me": everyone,
  "GET /v1/tokens": everyone,
  "POST /v1/tokens": everyone,
  "DELETE /v1/tokens/{id}": everyone,
  "POST /v1/sign-in-links": everyone,
  "POST /v1/password-links": everyone,
  "POST /v1/sign-out": everyone,
  "GET /v1/sovereign": everyone,
  "GET /v1/stream": everyone,
  "GET /v1/audit": nobody,
  "GET /v1/operations/{id}": everyone,
  "GET /v1/blueprints": everyone,
  "GET /v1/blueprints/{name}": everyone,
  "GET /v1/blueprints/{name}/icon": everyone,
  "GET /v1/blueprints/{name}/versions/{version}": everyone,
  "GET /v1/blueprints/{name}/versions/{version}/form": everyone,
  "GET /v1/blueprints/{name}/versions/{version}/values": everyone,
  "GET /v1/organizations": everyone,
  "POST /v1/organizations": nobody,
  "GET /v1/organizations/{org}": everyone,
  "PATCH /v1/organizations/{org}": ["org-admin"],
  "DELETE /v1/organizations/{org}": nobody,
  "GET /v1/organizations/{org}/members": everyone,
  "POST /v1/organizations/{org}/members": ["org-admin"],
  "DELETE /v1/organizations/{org}/members/{user}": ["org-admin"],
  "GET /v1/organizations/{org}/environments": everyone,
  "POST /v1/organizations/{org}/environments": ["org-admin"],
  "GET /v1/environments/{env}": everyone,
  "PATCH /v1/environments/{env}": ["org-admin"],
  "DELETE /v1/environments/{env}": ["org-admin"],
  "GET /v1/environments/{env}/activity": everyone,
  "POST /v1/environments/{env}/plan": everyone,
  "GET /v1/environments/{env}/applications": everyone,
  "POST /v1/environments/{env}/applications": developers,
  "GET /v1/environments/{env}/applications/{app}": everyone,
  "PATCH /v1/environments/{env}/applications/{app}": developers,
  "DELETE /v1/environments/{env}/applications/{app}": developers,
  "GET /v1/environments/{env}/applications/{app}/why": everyone,
  "GET /v1/environments/{env}/applications/{app}/events": everyone,
  "GET /v1/environments/{env}/applications/{app}/pods": everyone,
  "GET /v1/environments/{env}/applications/{app}/history": everyone,
  "GET /v1/environments/{env}/applications/{app}/history/{commit}": everyone,
  "GET /v1/environments/{env}/applications/{app}/manifests": everyone,
  "GET /v1/environments/{env}/applications/{app}/values": everyone,
  "GET /v1/environments/{env}/applications/{app}/secrets": everyone,
  "PUT /v1/environments/{env}/applications/{app}/secrets/{field}": developers,
  "GET /v1/environments/{env}/applications/{app}/logs": [...developers, "security-officer"],
  "POST /v1/environments/{env}/applications/{app}/actions/rollback": developers,
  "POST /v1/environments/{env}/applications/{app}/actions/pause": developers,
  "POST /v1/environments/{env}/applications/{app}/actions/resume": developers,
  "POST /v1/environments/{env}/applications/{app}/actions/retry": developers,
};

/** What of it only looks, though it is no GET. */
const looking = new Set(["POST /v1/environments/{env}/plan", "POST /v1/sign-out"]);

let sovereign: Sovereign;
let api: Calls;
let people: Readonly<Record<Role | "outsider", Person>>;

beforeAll(async () => {
  const first = await startSovereign();
  await first.kill();
  people = await addPeople(first.data, [...roles, "outsider"]);
  sovereign = await startSovereign({ data: first.data });
  api = new Calls(sovereign);
  await eventually("the Environment is ready", async () => (await api.get("/environments/demo-dev")).ready);
  await setMembers(roles);
  await api.post("/organizations", { name: "other", members: [{ user: "outsider", role: "org-admin" }] });
  await api.post("/environments/demo-dev/applications", {
    name: "site",
    blueprint: { name: "bp-static-site" },
  });
  await eventually(
    "site is there",
    async () => (await api.status("/environments/demo-dev/applications/site")) === 200,
  );
  await eventually("the outsider is in", async () => (await api.status("/organizations/other")) === 200);
}, 120_000);

afterAll(async () => {
  await sovereign.stop();
  rmSync(join(sovereign.data, ".."), { recursive: true, force: true });
});

async function setMembers(present: readonly Role[]): Promise<void> {
  const members = [{ user: "admin", role: "org-admin" }, ...present.map((role) => ({ user: role, role }))];
  await api.patch("/organizations/demo", { members });
  await eventually(
    "the members are known",
    async () => (await api.get("/organizations/demo")).members.length === members.length,
  );
}

/** Asks with a body that can't be read, so that who is let in changes nothing. */
async function ask(route: string, token: string): Promise<{ status: number; title: string }> {
  const [method = "", pattern = ""] = route.split(" ");
  const values: Record<string, string> = {
    org: "demo",
    env: "demo-dev",
    app: "site",
    name: "bp-static-site",
  };
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "0000000");
  const change = method === "GET" ? {} : { body: "{" };
  const answer = await fetch(`${sovereign.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === "GET" ? {} : { "content-type": "application/json" }),
    },
    ...change,
  });
  const problem = answer.headers.get("content-type")?.includes("problem+json") ?? false;
  const title: string = problem ? ((await answer.json()) as { readonly title: string }).title : "";
  if (!problem) await answer.body?.cancel();
  return { status: answer.status, title };
}

const isLetIn = ({ status, title }: { status: number; title: string }) =>
  status !== 401 && status !== 403 && !/^there is no (Environment|Organization)/.test(title);

test("the table has every route of the server, and no other", async () => {
  const { paths } = await api.get("/openapi.json");
  const routes = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const versioned = routes.filter((route) => route.includes(" /v1/"));
  expect(versioned.toSorted()).toEqual(Object.keys(expected).toSorted());
});

describe.each(Object.entries(expected))("%s", (route, allowed) => {
  test("is for the roles that may", async () => {
    const letIn = [];
    for (const role of roles) if (isLetIn(await ask(route, people[role].write))) letIn.push(role);
    expect(letIn).toEqual(roles.filter((role) => allowed.includes(role)));
  });

  test("is nothing to somebody of another Organization", async () => {
    const answer = await ask(route, people.outsider.write);
    if (/\{(org|env)\}/.test(route)) expect(answer.status).toBe(404);
    else expect(isLetIn(answer)).toBe(allowed.length > 0);
  });

  test("22: changes nothing by a token that only reads", async () => {
    const mayLook = (route.startsWith("GET") || looking.has(route)) && allowed.includes("org-admin");
    expect(isLetIn(await ask(route, people["org-admin"].read))).toBe(mayLook);
  });

  test("is closed without a token", async () => {
    expect((await ask(route, "none")).status).toBe(401);
  });
});

describe("the Kubernetes port", () => {
  const path = "/clusters/demo-dev/api/v1/namespaces/applications/configmaps";

  test("carries roles and scopes", async () => {
    const statuses = async (token: string) => [
      (await kubernetes(sovereign, path, token)).status,
      (await kubernetes(sovereign, `${path}/kube-root-ca.crt`, token, { metadata: { labels: { a: "b" } } }))
        .status,
    ];
    expect(await statuses(people["org-developer"].write)).toEqual([200, 200]);
    expect(await statuses(people["org-developer"].read)).toEqual([200, 403]);
    expect(await statuses(people["security-officer"].write)).toEqual([200, 403]);
    expect(await statuses(people["org-viewer"].write)).toEqual([403, 403]);
    expect(await statuses(people.outsider.write)).toEqual([404, 404]);
  });

  test("shows Secrets to those who develop, and to nobody else", async () => {
    const secrets = "/clusters/demo-dev/api/v1/namespaces/applications/secrets";
    const status = async (token: string) => (await kubernetes(sovereign, secrets, token)).status;
    expect(await status(people["org-developer"].write)).toBe(200);
    expect(await status(people["org-developer"].read)).toBe(403);
    for (const role of ["org-viewer", "security-officer", "billing-admin"] as const)
      expect(await status(people[role].write)).toBe(403);
    expect(await status(people.outsider.write)).toBe(404);
  });

  /** A store that would have the Sovereign itself send requests where its maker likes. */
  const store = {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { name: "mine", namespace: "applications" },
    spec: {
      provider: {
        vault: {
          server: "http://127.0.0.1:9",
          path: "secret",
          version: "v2",
          auth: { tokenSecretRef: { name: "mine", key: "token" } },
        },
      },
    },
  };
  const externalSecrets = "/clusters/demo-dev/apis/external-secrets.io/v1";
  const inApplications = `${externalSecrets}/namespaces/applications`;

  test("13: lets no member point a SecretStore anywhere, nor read by one", async () => {
    const wanted = { ...store, kind: "ExternalSecret", spec: { secretStoreRef: { name: "mine" } } };
    const shared = { ...store, kind: "ClusterSecretStore", metadata: { name: "mine" } };
    for (const role of roles) {
      const token = people[role].write;
      const create = async (path: string, object: object) =>
        (await kubernetes(sovereign, path, token, object, "POST")).status;
      expect(await create(`${inApplications}/secretstores`, store)).toBe(403);
      expect(await create(`${externalSecrets}/clustersecretstores`, shared)).toBe(403);
      expect(await create(`${inApplications}/externalsecrets`, wanted)).toBe(403);
    }
    const admins = await kubernetes(
      sovereign,
      `${inApplications}/secretstores`,
      sovereign.token(),
      store,
      "POST",
    );
    expect(admins.status).toBe(201);
    const moved = { spec: { provider: { vault: { server: "http://127.0.0.1:10" } } } };
    for (const role of roles) {
      const path = `${inApplications}/secretstores/mine`;
      expect((await kubernetes(sovereign, path, people[role].write, moved)).status).toBe(403);
    }
  });

  test("lets no org-admin give a role more than the org-admin has", async () => {
    const rbac = "/clusters/demo-dev/apis/rbac.authorization.k8s.io/v1/namespaces/applications";
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "more", namespace: "applications" },
      rules: [{ apiGroups: ["external-secrets.io"], resources: ["*"], verbs: ["*"] }],
    };
    const binding = {
      apiVersion: role.apiVersion,
      kind: "RoleBinding",
      metadata: role.metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "org-admin" }],
    };
    const create = async (path: string, object: object) =>
      (await kubernetes(sovereign, `${rbac}/${path}`, people["org-admin"].write, object, "POST")).status;
    expect(await create("roles", role)).toBe(403);
    expect(await create("rolebindings", binding)).toBe(403);
  });

  test("27: gives nobody but a sovereign-admin the management cluster", async () => {
    const status = async (token: string) => (await kubernetes(sovereign, "/api/v1/secrets", token)).status;
    expect(await status(people["org-admin"].write)).toBe(403);
    expect(await status(sovereign.token())).toBe(200);
  });
});

describe("a browser's session", () => {
  test("changes only with its CSRF token, and ends with sign-out", async () => {
    const { url } = await api.post("/sign-in-links");
    const signIn = await fetch(url, { redirect: "manual" });
    const cookie = (signIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    expect(signIn.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Lax/);
    const call = (method: string, path: string, headers: Record<string, string> = {}) =>
      fetch(`${sovereign.url}/v1${path}`, { method, headers: { cookie, ...headers } });
    const me = (await (await call("GET", "/me")).json()) as { readonly csrfToken: string };
    expect((await call("POST", "/sign-in-links")).status).toBe(403);
    expect((await call("POST", "/sign-in-links", { "x-csrf-token": "wrong" })).status).toBe(403);
    expect((await call("POST", "/sign-in-links", { "x-csrf-token": me.csrfToken })).status).toBe(201);
    expect((await call("POST", "/sign-out", { "x-csrf-token": me.csrfToken })).status).toBe(204);
    expect((await call("GET", "/me")).status).toBe(401);
    const again = await fetch(url, { redirect: "manual" });
    expect(again.headers.get("set-cookie")).toBeNull();
  });
});

describe("29: a stream that is open", () => {
  async function follow(token: string) {
    const answer = await fetch(`${sovereign.url}/v1/stream?environment=demo-dev`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const seen = { text: "", ended: false };
    const read = async () => {
      const decoder = new TextDecoder();
      for await (const part of answer.body ?? []) seen.text += decoder.decode(part, { stream: true });
    };
    void read().then(
      () => Object.assign(seen, { ended: true }),
      () => Object.assign(seen, { ended: true }),
    );
    await eventually("the stream is open", async () => seen.text.includes("connected"));
    return seen;
  }

  const retitle = (title: string) =>
    api.patch("/environments/demo-dev/applications/site", { config: { title } });

  test("ends when its token is revoked", async () => {
    const own = callsWith(sovereign, people["org-developer"].write);
    const { id, token } = await own.post("/tokens", { name: "short" });
    const [seen, admins] = [await follow(token), await follow(sovereign.token())];
    await retitle("Before");
    await eventually("the change is shown", async () => seen.text.includes("Before"));
    await own.delete(`/tokens/${id}`);
    await retitle("After");
    await eventually("others are shown the next", async () => admins.text.includes("After"));
    await eventually("the stream ends", async () => seen.ended);
    expect(seen.text).not.toContain("After");
  });

  test("shows no more when the member is removed", async () => {
    const [seen, admins] = [await follow(people["org-viewer"].write), await follow(sovereign.token())];
    await setMembers(roles.filter((role) => role !== "org-viewer"));
    await retitle("Later");
    await eventually("others are shown it", async () => admins.text.includes("Later"));
    expect(seen.text).not.toContain("Later");
  });
});
