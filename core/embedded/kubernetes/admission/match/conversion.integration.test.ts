import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type HookServer, openHookServer, patching } from "../../testing/hook-server.ts";
import { openTestServer, type TestServer } from "../../testing/test-server.ts";

let server: TestServer;
let hooks: HookServer;
const registered = "/apis/admissionregistration.k8s.io/v1";
const path = (version: string) => `/apis/example.com/${version}/namespaces/default/widgets`;

/** v1 says `host` and `port`, v2 says `address`. */
function convert(object: KubeObject, apiVersion: string): object {
  const { host, port, address, ...rest } = object as KubeObject & Record<string, string | undefined>;
  if (apiVersion === object.apiVersion) return object;
  if (apiVersion === "example.com/v2") return { ...rest, apiVersion, address: `${host}:${port}` };
  const [newHost, newPort] = address?.split(":") ?? [];
  return { ...rest, apiVersion, host: newHost, port: newPort };
}

beforeAll(async () => {
  server = await openTestServer({ loopbackWebhooks: true });
  hooks = await openHookServer({
    "/convert": ({ request, apiVersion }, answer) => {
      const { uid, desiredAPIVersion, objects } = request as unknown as {
        readonly uid: string;
        readonly desiredAPIVersion: string;
        readonly objects: readonly KubeObject[];
      };
      const convertedObjects = objects.map((object) => convert(object, desiredAPIVersion));
      const response = { uid, convertedObjects, result: { status: "Success" } };
      answer
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ kind: "ConversionReview", apiVersion, response }));
      return undefined;
    },
    "/mutate": () => patching({ op: "replace", path: "/host", value: "changed" }),
    "/validate": () => ({ allowed: true }),
  });
  const texts = (...names: readonly string[]) => ({
    openAPIV3Schema: {
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    },
  });
  const clientConfig = (at: string) => ({ url: `${hooks.url}${at}`, caBundle: hooks.ca });
  await server.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [
        { name: "v1", served: true, storage: true, schema: texts("host", "port") },
        { name: "v2", served: true, storage: false, schema: texts("address") },
      ],
      conversion: {
        strategy: "Webhook",
        webhook: { clientConfig: clientConfig("/convert"), conversionReviewVersions: ["v1"] },
      },
    },
  });
  const rules = [
    { operations: ["*"], apiGroups: ["example.com"], apiVersions: ["v1"], resources: ["widgets"] },
  ];
  for (const [sort, at] of [
    ["Mutating", "/mutate"],
    ["Validating", "/validate"],
  ] as const) {
    const kind = `${sort}WebhookConfiguration`;
    const webhook = { name: "hook.example.com", rules, sideEffects: "None", admissionReviewVersions: ["v1"] };
    await server.ok("POST", `${registered}/${kind.toLowerCase()}s`, {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind,
      metadata: { name: "hook" },
      webhooks: [{ ...webhook, clientConfig: clientConfig(at) }],
    });
  }
  await server.ok("POST", `${registered}/validatingadmissionpolicies`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "policy" },
    spec: {
      matchConstraints: { resourceRules: rules },
      validations: [{ expression: "object.port != '1'", messageExpression: "object.host + ' has it'" }],
    },
  });
  await server.ok("POST", `${registered}/validatingadmissionpolicybindings`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "policy" },
    spec: { policyName: "policy", validationActions: ["Deny"] },
  });
});
afterAll(async () => {
  await server.close();
  await hooks.close();
});

const widget = (name: string, address: string) => ({
  apiVersion: "example.com/v2",
  kind: "Widget",
  metadata: { name },
  address,
});

it("shows and changes objects in the webhook's version, by the definition's own conversion", async () => {
  const made = await server.ok("POST", path("v2"), widget("a", "given:80"));
  expect(made).toMatchObject({ apiVersion: "example.com/v2", address: "changed:80" });
  const asked = hooks.take().filter(({ path: at }) => at !== "/convert");
  expect(asked.map(({ path: at, request }) => [at, request["object"]])).toEqual([
    ["/mutate", expect.objectContaining({ apiVersion: "example.com/v1", host: "given", port: "80" })],
    ["/validate", expect.objectContaining({ apiVersion: "example.com/v1", host: "changed", port: "80" })],
  ]);
});

it("judges objects in the policy's version", async () => {
  const { status, body } = await server.send("POST", path("v2"), { body: widget("b", "given:1") });
  expect([status, body.message]).toEqual([422, expect.stringContaining("changed has it")]);
});
