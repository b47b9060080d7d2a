import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HookServer, openHookServer, type ReceivedReview } from "../testing/hook-server.ts";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
let hooks: HookServer;
/** Lets the conversions that wait go on: what is created in `v2` is stored only after that. */
let release: () => void;
const released = new Promise<void>((resolve) => {
  release = resolve;
});
/** How many conversions have come. */
let asked = 0;

const quotas = "/api/v1/namespaces/default/resourcequotas";
const widgets = (version: string) => `/apis/slow.example.com/${version}/namespaces/default/widgets`;
const widget = (version: string, name: string) => ({
  apiVersion: `slow.example.com/${version}`,
  kind: "Widget",
  metadata: { name },
});

beforeAll(async () => {
  server = await openTestServer({ loopbackWebhooks: true });
  hooks = await openHookServer({
    "/convert": async (review, reply) => {
      asked++;
      await released;
      reply.end(JSON.stringify(converted(review)));
      return undefined;
    },
  });
  await server.ok("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition());
});
afterAll(async () => {
  await server.close();
  await hooks.close();
});

/** Refuses to convert what is named `unmade`. */
function converted({ apiVersion, request }: ReceivedReview): object {
  const { uid, objects, desiredAPIVersion } = request as unknown as {
    readonly uid: string;
    readonly objects: readonly KubeObject[];
    readonly desiredAPIVersion: string;
  };
  const isRefused = objects.some(({ metadata }) => metadata.name === "unmade");
  const response = isRefused
    ? { result: { status: "Failed", message: "no mood for it" } }
    : {
        result: { status: "Success" },
        convertedObjects: objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion })),
      };
  return { kind: "ConversionReview", apiVersion, response: { uid, ...response } };
}

function definition(): object {
  const version = (name: string, storage: boolean) => ({
    ...{ name, storage, served: true },
    schema: { openAPIV3Schema: { type: "object" } },
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.slow.example.com" },
    spec: {
      group: "slow.example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [version("v1", true), version("v2", false)],
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: { url: `${hooks.url}/convert`, caBundle: hooks.ca },
        },
      },
    },
  };
}

describe("a quota", () => {
  const used = async () =>
    (await server.ok("GET", `${quotas}/few`)).status?.used?.["count/widgets.slow.example.com"];

  it("counts what was let through and isn't stored yet, however often it is counted anew", async () => {
    const hard = { "count/widgets.slow.example.com": "3" };
    await server.ok("POST", quotas, { metadata: { name: "few" }, spec: { hard } });
    await expect.poll(used).toBe("0");
    await server.ok("POST", widgets("v1"), widget("v1", "first"));

    const slow = server.send("POST", widgets("v2"), { body: widget("v2", "slow") });
    const unmade = server.send("POST", widgets("v2"), { body: widget("v2", "unmade") });
    await expect.poll(() => asked).toBe(2);
    expect(await used()).toBe("3");
    // A deletion has everything counted anew.
    await server.ok("DELETE", `${widgets("v1")}/first`);
    await expect.poll(used).not.toBe("3");
    expect(await used()).toBe("2");
    await server.ok("POST", widgets("v1"), widget("v1", "second"));
    expect(await server.send("POST", widgets("v1"), { body: widget("v1", "third") })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("exceeded quota: few") },
    });

    release();
    expect((await slow).status).toBe(201);
    expect((await unmade).status).toBe(500);
    await server.ok("DELETE", `${widgets("v1")}/second`);
    await expect.poll(used).toBe("1");
  });

  it("doesn't count what is asked and never stored", async () => {
    const hard = { "count/localsubjectaccessreviews.authorization.k8s.io": "0" };
    await server.ok("POST", quotas, { metadata: { name: "asked" }, spec: { hard } });
    await expect.poll(async () => (await server.ok("GET", `${quotas}/asked`)).status?.used).toBeDefined();
    const resourceAttributes = { namespace: "default", verb: "get", resource: "pods" };
    const review = { metadata: { namespace: "default" }, spec: { user: "jane", resourceAttributes } };
    const path = "/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews";
    expect((await server.send("POST", path, { body: review })).status).toBe(201);
  });
});
