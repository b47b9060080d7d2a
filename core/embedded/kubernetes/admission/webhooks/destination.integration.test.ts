import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HookServer, openHookServer } from "../../testing/hook-server.ts";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "m-" } };
const group = "admissionregistration.k8s.io/v1";
const configurations = `/apis/${group}/validatingwebhookconfigurations`;
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

let server: TestServer;
let hooks: HookServer;
beforeAll(async () => {
  server = await openTestServer();
  hooks = await openHookServer({ "/hook": () => ({ allowed: true }) });
});
afterAll(async () => {
  await server.close();
  await hooks.close();
});

/** What a write is answered while a webhook is at `host`. */
async function answered(host: string): Promise<string> {
  const webhook = {
    name: "hook.example.com",
    rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
    clientConfig: { url: `https://${host}:${hooks.port}/hook`, caBundle: hooks.ca },
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
  };
  const metadata = { name: "hook" };
  const kind = "ValidatingWebhookConfiguration";
  await server.ok("POST", configurations, { apiVersion: group, kind, metadata, webhooks: [webhook] });
  const { status, body } = await server.send("POST", maps, { body: map });
  await server.ok("DELETE", `${configurations}/hook`);
  return `${status} ${body.message}`;
}

describe("security case 18: a webhook at an address of this machine", () => {
  it.each([
    "127.0.0.1",
    "127.8.8.8",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "169.254.169.254",
    "0.0.0.0",
  ])("isn't called: %s", async (host) => {
    expect(await answered(host)).toMatch(/^500 .*failed calling webhook .*: address not allowed: /);
    expect(hooks.take()).toEqual([]);
  });

  it("isn't called to convert either", async () => {
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    const version = (name: string) => ({ name, served: true, storage: name === "v1", schema });
    const clientConfig = { url: `${hooks.url}/hook`, caBundle: hooks.ca };
    await server.ok("POST", definitions, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "probes.example.com" },
      spec: {
        group: "example.com",
        scope: "Cluster",
        names: { plural: "probes", singular: "probe", kind: "Probe", listKind: "ProbeList" },
        versions: [version("v1"), version("v2")],
        conversion: { strategy: "Webhook", webhook: { clientConfig, conversionReviewVersions: ["v1"] } },
      },
    });
    const object = { apiVersion: "example.com/v2", kind: "Probe", metadata: { name: "a" } };
    const made = () => server.send("POST", "/apis/example.com/v2/probes", { body: object });
    await expect.poll(async () => (await made()).status).not.toBe(404);
    const { status, body } = await made();
    expect([status, body.message]).toEqual([500, expect.stringContaining("address not allowed")]);
    expect(hooks.take()).toEqual([]);
  });
});
