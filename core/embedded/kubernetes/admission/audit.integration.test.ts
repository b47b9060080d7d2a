import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { AuditEvent } from "../audit/event.ts";
import { type HookServer, openHookServer, patching } from "../testing/hook-server.ts";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

const registered = "/apis/admissionregistration.k8s.io/v1";
/** Is in base64 too. */
const secret = "canaryofthistest";
let server: TestServer;
let hooks: HookServer;
const events: AuditEvent[] = [];

beforeAll(async () => {
  const policy = {
    omitStages: ["RequestReceived" as const],
    rules: [
      { level: "Request" as const, resources: [{ resources: ["configmaps", "secrets"] }] },
      { level: "None" as const },
    ],
  };
  server = await openTestServer({
    loopbackWebhooks: true,
    audit: { policy, write: (_cluster, event) => events.push(event) },
  });
  hooks = await openHookServer({
    "/hook": ({ request }) => {
      const at = request["operation"] === "CREATE" ? "/data/added" : "/data/later";
      return { ...patching({ op: "add", path: at, value: secret }), auditAnnotations: { seen: "yes" } };
    },
  });
  const rule = {
    operations: ["CREATE"],
    apiGroups: [""],
    apiVersions: ["v1"],
    resources: ["configmaps", "secrets"],
  };
  await server.ok("POST", `${registered}/mutatingwebhookconfigurations`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "hook" },
    webhooks: [
      {
        name: "hook.example.com",
        rules: [rule],
        clientConfig: { url: `${hooks.url}/hook`, caBundle: hooks.ca },
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  });
  await server.ok("POST", `${registered}/validatingadmissionpolicies`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "policy" },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: "false", message: "told only" }],
      auditAnnotations: [{ key: "named", valueExpression: "'is ' + object.metadata.name" }],
    },
  });
  await server.ok("POST", `${registered}/validatingadmissionpolicybindings`, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "binding" },
    spec: { policyName: "policy", validationActions: ["Audit"] },
  });
});
afterAll(async () => {
  await server.close();
  await hooks.close();
});
beforeEach(() => {
  events.length = 0;
});

it("what webhooks and policies note is in the audit event of the request", async () => {
  await server.ok("POST", "/api/v1/namespaces/default/configmaps", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a" },
    data: { b: "c" },
  });
  const [event] = events;
  const place = { configuration: "hook", webhook: "hook.example.com" };
  const failure = {
    message: "told only",
    policy: "policy",
    binding: "binding",
    expressionIndex: 0,
    validationActions: ["Audit"],
  };
  const patch = [{ op: "add", path: "/data/added", value: secret }];
  expect(event?.annotations).toMatchObject({
    "hook.example.com/seen": "yes",
    "mutation.webhook.admission.k8s.io/round_0_index_0": JSON.stringify({ ...place, mutated: true }),
    "patch.webhook.admission.k8s.io/round_0_index_0": JSON.stringify({
      ...place,
      patch,
      patchType: "JSONPatch",
    }),
    "policy/named": "is a",
    "validation.policy.admission.k8s.io/validation_failure": JSON.stringify([failure]),
  });
});

it("a patch of a Secret is in no audit event: security case 25", async () => {
  await server.ok("POST", "/api/v1/namespaces/default/secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "a" },
    data: { b: Buffer.from("c").toString("base64") },
  });
  expect(events).toHaveLength(1);
  expect(events[0]?.annotations).toHaveProperty(["hook.example.com/seen"]);
  expect(JSON.stringify(events)).not.toContain(secret);
});
