import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NodeConnection } from "../../subresources/node-connection.ts";
import { type Behaviour, type HookServer, openHookServer, patching } from "../../testing/hook-server.ts";
import { networkAddress } from "../../testing/network-address.ts";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const secret = "s3cr3t-of-the-test";
const address = networkAddress(import.meta.filename);

let server: TestServer;
let hooks: HookServer;
let elsewhere: HookServer;
/** What Pods would run. */
let behindService: HookServer;
/** What the webhook at `/hook` does in a test. */
let behaviour: Behaviour = () => ({ allowed: true });
let headers: Readonly<Record<string, unknown>> = {};

beforeAll(async () => {
  const node: NodeConnection = {
    exec: async () => {
      throw new Error("nothing may be run");
    },
  };
  server = await openTestServer({ node, loopbackWebhooks: true });
  elsewhere = await openHookServer({ "/secret": () => ({ allowed: true, status: { message: secret } }) });
  const answerHook: Behaviour = (review, answer) => {
    headers = answer.req.headers;
    return behaviour(review, answer);
  };
  hooks = await openHookServer({ "/hook": answerHook });
  behindService = await openHookServer({ "/hook": answerHook }, address);
});
afterAll(async () => {
  await server.close();
  await hooks.close();
  await elsewhere.close();
  await behindService.close();
});

let count = 0;
let name = "";
beforeEach(() => {
  name = `test-${count++}`;
});
afterEach(async () => {
  for (const sort of ["validating", "mutating"]) {
    const path = `/apis/admissionregistration.k8s.io/v1/${sort}webhookconfigurations`;
    await server.ok("DELETE", path);
  }
  hooks.take();
  behindService.take();
});

async function configure(
  sort: "Validating" | "Mutating",
  behaves: Behaviour,
  fields: object = {},
): Promise<void> {
  behaviour = behaves;
  const webhook = {
    name: "hook.example.com",
    rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
    clientConfig: { url: `${hooks.url}/hook`, caBundle: hooks.ca },
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    ...fields,
  };
  const kind = `${sort}WebhookConfiguration`;
  const body = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name },
    webhooks: [webhook],
  };
  await server.ok("POST", `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`, body);
}

const map = (data: object = {}) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });

describe("a call of a webhook", () => {
  it("follows no redirect: security cases 15 and 18", async () => {
    await configure("Validating", (_review, answer) => {
      answer.writeHead(307, { location: `${elsewhere.url}/secret` }).end();
      return undefined;
    });
    const { status, body } = await server.send("POST", maps, { body: map() });
    expect([status, body.message]).toEqual([500, expect.stringContaining("status code 307")]);
    expect(elsewhere.take()).toEqual([]);
  });

  it("ends with an answer that is too large: security case 16", async () => {
    const started = new Set<string>();
    await configure("Validating", async (_review, answer) => {
      answer.writeHead(200, { "content-type": "application/json" });
      answer.once("close", () => started.add("closed"));
      for (let sent = 0; sent < 64 && !answer.destroyed; sent++) {
        if (!answer.write("x".repeat(1024 * 1024))) {
          await new Promise((resolve) => answer.once("drain", resolve).once("close", resolve));
        }
      }
      return undefined;
    });
    const { status, body } = await server.send("POST", maps, { body: map() });
    expect([status, body.message]).toEqual([500, expect.stringContaining("the answer is larger than")]);
    await expect.poll(() => started.has("closed")).toBe(true);
  });

  it.each([
    ["no JSON", `{"password":"${secret}"`, 200],
    ["a status of its own", `{"password":"${secret}"}`, 500],
    ["a page", `<h1>${secret}</h1>`, 403],
  ])("repeats nothing of what is no review, %s: security cases 16 and 25", async (_name, text, status) => {
    await configure("Validating", (_review, answer) => {
      answer.writeHead(status, { "content-type": "text/plain" }).end(text);
      return undefined;
    });
    const { status: given, body } = await server.send("POST", maps, { body: map() });
    expect(given).toBe(500);
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  it("says nothing of the object when it fails: security case 25", async () => {
    await configure("Mutating", () => patching({ op: "remove", path: "/data/none" }));
    const { body } = await server.send("POST", maps, { body: map({ password: secret }) });
    expect(body.code).toBe(500);
    expect(JSON.stringify(body)).not.toContain(secret);
  });

  it("carries no credentials", async () => {
    await configure("Validating", () => ({ allowed: true }));
    await server.ok("POST", maps, map());
    expect(headers).not.toHaveProperty("authorization");
    expect(headers).not.toHaveProperty("cookie");
  });

  it("trusts only what the configuration says", async () => {
    await configure("Validating", () => ({ allowed: true }), {
      clientConfig: { url: `${hooks.url}/hook`, caBundle: elsewhere.ca },
    });
    const { body } = await server.send("POST", maps, { body: map() });
    expect(body.message).toContain("x509: certificate signed by unknown authority");
    expect(hooks.take()).toEqual([]);
  });
});

describe.skipIf(address === undefined)("a webhook behind a Service", () => {
  const service = (fields: object = {}) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "hooks" },
    spec: { ports: [{ name: "https", port: 443 }], ...fields },
  });
  const clientConfig = () => ({
    service: { namespace: "default", name: "hooks", path: "/hook" },
    caBundle: behindService.ca,
  });
  const slice = (port: number, ready: boolean) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "hooks", labels: { "kubernetes.io/service-name": "hooks" } },
    addressType: "IPv4",
    ports: [{ name: "https", port }],
    endpoints: [{ addresses: [address], conditions: { ready } }],
  });
  const slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
  const services = "/api/v1/namespaces/default/services";

  afterEach(async () => {
    await server.send("DELETE", `${services}/hooks`);
    await server.send("DELETE", `${slices}/hooks`);
  });

  it("is reached at an endpoint that is ready, by the Service's name", async () => {
    await server.ok("POST", services, service());
    await server.ok("POST", slices, slice(behindService.port, true));
    await configure("Validating", () => ({ allowed: false }), { clientConfig: clientConfig() });
    const { status } = await server.send("POST", maps, { body: map() });
    expect([status, headers["host"]]).toEqual([400, "hooks.default.svc"]);
  });

  it.each([
    ["no endpoint is ready", {}, false, 'no endpoints available for service "hooks"'],
    ["it has no such port", { ports: [{ name: "https", port: 8443 }] }, true, "no service port 443 found"],
    [
      "it is a name elsewhere",
      { type: "ExternalName", externalName: "example.com" },
      true,
      "unsupported service type",
    ],
  ])("isn't reached when %s", async (_name, fields, ready, why) => {
    await server.ok("POST", services, service(fields));
    await server.ok("POST", slices, slice(behindService.port, ready));
    await configure("Validating", () => ({ allowed: true }), { clientConfig: clientConfig() });
    const { body } = await server.send("POST", maps, { body: map() });
    expect(body.message).toContain(why);
    expect(behindService.take()).toEqual([]);
  });
});

describe("what webhooks are asked about", () => {
  it("may be written by the webhook itself meanwhile", async () => {
    await server.ok("POST", maps, map({ a: "0" }));
    let asked = 0;
    await configure("Validating", async ({ request }) => {
      const { labels } = (request["object"] as { metadata: { labels?: object } }).metadata;
      // The webhook's own change is asked about too: it is let through.
      if (labels === undefined && asked++ === 0) {
        await server.ok("PATCH", `${maps}/${name}`, { metadata: { labels: { by: "hook" } } }, mergePatch);
      }
      return { allowed: true };
    });
    const patched = await server.ok("PATCH", `${maps}/${name}`, { data: { a: "1" } }, mergePatch);
    expect(patched).toMatchObject({ data: { a: "1" }, metadata: { labels: { by: "hook" } } });
  });

  it("is a conflict when a whole object was written meanwhile", async () => {
    const made = await server.ok("POST", maps, map({ a: "0" }));
    await configure("Validating", async ({ request }) => {
      const { data } = request["object"] as { data: { a: string } };
      if (data.a === "1") await server.ok("PATCH", `${maps}/${name}`, { data: { a: "2" } }, mergePatch);
      return { allowed: true };
    });
    const { status } = await server.send("PUT", `${maps}/${name}`, { body: { ...made, data: { a: "1" } } });
    expect(status).toBe(409);
    expect(await server.ok("GET", `${maps}/${name}`)).toMatchObject({ data: { a: "2" } });
  });

  it("are the deletions of the server's own controllers too", async () => {
    const owner = await server.ok("POST", maps, map());
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name, uid: owner.metadata.uid }];
    await server.ok("POST", maps, { ...map(), metadata: { name: `${name}-owned`, ownerReferences } });
    await configure("Validating", () => ({ allowed: true }));
    await server.ok("DELETE", `${maps}/${name}`);
    await expect
      .poll(() => hooks.take().map(({ request }) => request["userInfo"]))
      .toContainEqual(
        expect.objectContaining({ username: "system:serviceaccount:kube-system:generic-garbage-collector" }),
      );
  });

  it("is the end of a namespace too", async () => {
    const namespaces = "/api/v1/namespaces";
    await server.ok("POST", namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    await configure("Validating", () => ({ allowed: true }), {
      rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["namespaces/*"] }],
    });
    await server.ok("DELETE", `${namespaces}/${name}`);
    await expect
      .poll(() => hooks.take().map(({ request }) => [request["operation"], request["subResource"]]))
      .toContainEqual(["UPDATE", "finalize"]);
    await expect.poll(async () => (await server.send("GET", `${namespaces}/${name}`)).status).toBe(404);
  });

  it("are connections, before there is one", async () => {
    const pods = "/api/v1/namespaces/default/pods";
    const spec = { containers: [{ name: "a", image: "b" }] };
    await server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
    await configure("Validating", () => ({ allowed: false, status: { message: "stay" } }), {
      rules: [{ operations: ["CONNECT"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods/*"] }],
    });
    const run = await server.send("GET", `${pods}/${name}/exec?command=ls&stdout=true`);
    const sent = await server.send("POST", `${pods}/${name}/proxy/a/b`, { body: {} });
    expect([run, sent].map(({ status, body }) => [status, body.message])).toEqual([
      [400, 'admission webhook "hook.example.com" denied the request: stay'],
      [400, 'admission webhook "hook.example.com" denied the request: stay'],
    ]);
    expect(hooks.take().map(({ request }) => [request["operation"], request["object"]])).toEqual([
      ["CONNECT", { apiVersion: "v1", kind: "PodExecOptions", stdout: true, command: ["ls"] }],
      ["CONNECT", { apiVersion: "v1", kind: "PodProxyOptions", path: "/a/b" }],
    ]);
  });

  it("are evictions and bindings", async () => {
    const pods = "/api/v1/namespaces/default/pods";
    const spec = { containers: [{ name: "a", image: "b" }] };
    await server.ok("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
    const resources = ["pods/eviction", "pods/binding"];
    await configure("Validating", () => ({ allowed: false, status: { message: "stay" } }), {
      rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources }],
    });
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } };
    const evicted = await server.send("POST", `${pods}/${name}/eviction`, { body: eviction });
    const binding = { apiVersion: "v1", kind: "Binding", metadata: { name }, target: { name: "node" } };
    const bound = await server.send("POST", `${pods}/${name}/binding`, { body: binding });
    expect([evicted.status, bound.status]).toEqual([400, 400]);
    const kinds = hooks.take().map(({ request }) => [request["kind"], request["subResource"]]);
    expect(kinds).toEqual([
      [{ group: "policy", version: "v1", kind: "Eviction" }, "eviction"],
      [{ group: "", version: "v1", kind: "Binding" }, "binding"],
    ]);
  });

  it("keep readable managedFields, whatever a webhook makes of them", async () => {
    await configure("Mutating", () =>
      patching({ op: "replace", path: "/metadata/managedFields", value: [{ operation: "Nonsense" }] }),
    );
    const { status, headers: given, body } = await server.send("POST", maps, { body: map({ a: "b" }) });
    expect([status, body.metadata.managedFields[0].operation]).toEqual([201, "Update"]);
    expect(given["warning"]).toContain(".metadata.managedFields was in an invalid state after admission");
  });
});

const mergePatch = "application/merge-patch+json";
