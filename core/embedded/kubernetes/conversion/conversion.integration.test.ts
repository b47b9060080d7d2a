import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HookServer, openHookServer, type ReceivedReview } from "../testing/hook-server.ts";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

interface Request {
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly (KubeObject & { spec?: { hostPort?: string; host?: string; port?: string } })[];
}

/** `hostPort` in v1 is `host` and `port` in v2. */
function split({ objects, desiredAPIVersion }: Request): readonly object[] {
  return objects.map((object) => {
    const { hostPort = "", host = "", port = "" } = object.spec ?? {};
    const [before, after] = hostPort.split(":");
    const spec = desiredAPIVersion.endsWith("v2")
      ? { host: before, port: after }
      : { hostPort: `${host}:${port}` };
    return { ...object, apiVersion: desiredAPIVersion, spec };
  });
}

let server: TestServer;
let hooks: HookServer;

/** The answer of a conversion webhook, as a whole document. */
function answer(review: ReceivedReview, response: object, document: object = {}): string {
  return JSON.stringify({
    kind: "ConversionReview",
    apiVersion: review.apiVersion,
    response: { uid: review.request.uid, result: { status: "Success" }, ...response },
    ...document,
  });
}

const broken: Readonly<Record<string, (review: ReceivedReview, objects: readonly object[]) => string>> = {
  "/fails": (review) => answer(review, { result: { status: "Failed", message: "no mood for it" } }),
  "/silent": (review) => answer(review, { result: { status: "Failed" } }),
  "/other-uid": (review, convertedObjects) => answer(review, { uid: "x", convertedObjects }),
  "/none": (review) => answer(review, { convertedObjects: [] }),
  "/other-kind": (review, [object]) => answer(review, { convertedObjects: [{ ...object, kind: "Other" }] }),
  "/other-name": (review, [object]) =>
    answer(review, { convertedObjects: [{ ...object, metadata: { name: "else" } }] }),
  "/other-version": (review, [object]) =>
    answer(review, { convertedObjects: [{ ...object, apiVersion: "hooked.example.com/v9" }] }),
  "/no-review": (review) => answer(review, {}, { kind: "AdmissionReview" }),
  "/no-json": () => "<html>",
};

beforeAll(async () => {
  server = await openTestServer({ loopbackWebhooks: true });
  const say =
    (text: (review: ReceivedReview) => string) =>
    (review: ReceivedReview, reply: { end(text: string): unknown }) => {
      reply.end(text(review));
      return undefined;
    };
  const requestOf = (review: ReceivedReview) => review.request as unknown as Request;
  hooks = await openHookServer({
    "/convert": say((review) => answer(review, { convertedObjects: split(requestOf(review)) })),
    "/labels": say((review) =>
      answer(review, {
        convertedObjects: split(requestOf(review)).map((object) => ({
          ...object,
          metadata: {
            ...(object as KubeObject).metadata,
            labels: { converted: "yes" },
            finalizers: ["not/kept"],
            ownerReferences: [],
          },
        })),
      }),
    ),
    ...Object.fromEntries(
      Object.entries(broken).map(([path, text]) => [
        path,
        say((review) => text(review, split(requestOf(review)))),
      ]),
    ),
  });
});
afterAll(async () => {
  await server.close();
  await hooks.close();
});

function definition(plural: string, kind: string, path: string, client: object = {}) {
  const version = (name: string, storage: boolean, properties: object) => ({
    name,
    storage,
    served: true,
    selectableFields: Object.keys(properties).map((field) => ({ jsonPath: `.spec.${field}` })),
    schema: {
      openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } },
    },
  });
  const text = { type: "string" };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.hooked.example.com` },
    spec: {
      group: "hooked.example.com",
      scope: "Namespaced",
      names: { plural, kind },
      versions: [version("v1", true, { hostPort: text }), version("v2", false, { host: text, port: text })],
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1", "v1beta1"],
          clientConfig: { url: `${hooks.url}${path}`, caBundle: hooks.ca, ...client },
        },
      },
    },
  };
}

const pathOf = (plural: string, version: string) =>
  `/apis/hooked.example.com/${version}/namespaces/default/${plural}`;

function v1(kind: string, name: string, hostPort: string) {
  return { apiVersion: "hooked.example.com/v1", kind, metadata: { name }, spec: { hostPort } };
}

describe("a definition with a conversion webhook", () => {
  const [first, second] = [pathOf("routes", "v1"), pathOf("routes", "v2")];
  beforeAll(() => server.ok("POST", definitions, definition("routes", "Route", "/convert")));

  test("shows an object in every version, whichever it was written in", async () => {
    await server.ok("POST", first, v1("Route", "a", "one:80"));
    const shown = await server.ok("GET", `${second}/a`);
    expect(shown).toMatchObject({ apiVersion: "hooked.example.com/v2", spec: { host: "one", port: "80" } });
    const created = await server.ok("POST", second, {
      apiVersion: "hooked.example.com/v2",
      kind: "Route",
      metadata: { name: "b" },
      spec: { host: "two", port: "81" },
    });
    expect(created.spec).toEqual({ host: "two", port: "81" });
    expect((await server.ok("GET", `${first}/b`)).spec).toEqual({ hostPort: "two:81" });
    expect((await server.ok("GET", `${first}/b`)).metadata.uid).toBe(created.metadata.uid);
  });

  test("changes an object in a version it isn't stored in", async () => {
    const patched = await server.ok(
      "PATCH",
      `${second}/a`,
      { spec: { port: "90" } },
      "application/merge-patch+json",
    );
    expect(patched.spec).toEqual({ host: "one", port: "90" });
    expect((await server.ok("GET", `${first}/a`)).spec).toEqual({ hostPort: "one:90" });
  });

  test("asks once for a list, and for nothing that is in the version already", async () => {
    hooks.take();
    const list = await server.ok("GET", second);
    expect(list.items.map((item: KubeObject) => item.apiVersion)).toEqual([
      "hooked.example.com/v2",
      "hooked.example.com/v2",
    ]);
    expect(hooks.take().map(({ request }) => (request as unknown as Request).objects.length)).toEqual([2]);
    await server.ok("GET", first);
    expect(hooks.take()).toEqual([]);
  });

  test("converts what a watch shows", async () => {
    const events = await server.events(`${second}?watch=true`, 2);
    expect(events.map(({ object }) => (object.spec as { host?: string }).host).sort()).toEqual([
      "one",
      "two",
    ]);
  });

  test("selects by the fields of the version asked for, whatever is stored", async () => {
    const named = async (path: string, selector: string) => {
      const { items } = await server.ok("GET", `${path}?fieldSelector=${encodeURIComponent(selector)}`);
      return items.map(({ metadata }: KubeObject) => metadata.name);
    };
    expect(await named(second, "spec.host=two")).toEqual(["b"]);
    expect(await named(second, "spec.host=one,spec.port=90")).toEqual(["a"]);
    expect(await named(second, "spec.host=one,metadata.name=b")).toEqual([]);
    expect(await named(first, "spec.hostPort=two:81")).toEqual(["b"]);
  });

  test("shows a watch by fields what comes to be selected, changes and leaves", async () => {
    const { metadata } = await server.ok("GET", second);
    const query = new URLSearchParams({
      watch: "true",
      fieldSelector: "spec.host=near",
      resourceVersion: metadata.resourceVersion,
    });
    const move = (spec: object) =>
      server.ok("PATCH", `${second}/b`, { spec }, "application/merge-patch+json");
    await move({ host: "near" });
    await move({ port: "82" });
    await move({ host: "two", port: "81" });
    await server.ok("PATCH", `${second}/a`, { spec: { port: "90" } }, "application/merge-patch+json");
    const events = await server.events(`${second}?${query}`, 3);
    expect(events.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ["ADDED", "b"],
      ["MODIFIED", "b"],
      ["DELETED", "b"],
    ]);
  });

  test("shows a list of objects stored in several versions in one", async () => {
    const held = await server.ok("GET", `${definitions}/routes.hooked.example.com`);
    const versions = held.spec.versions.map((version: { name: string }) => ({
      ...version,
      storage: version.name === "v2",
    }));
    await server.ok("PUT", `${definitions}/routes.hooked.example.com`, {
      ...held,
      spec: { ...held.spec, versions },
    });
    await server.ok("POST", first, v1("Route", "c", "three:82"));
    const apiVersions = async (path: string) => {
      const { items } = await server.ok("GET", path);
      return new Set(items.map((item: KubeObject) => item.apiVersion));
    };
    expect(await apiVersions(first)).toEqual(new Set(["hooked.example.com/v1"]));
    expect(await apiVersions(second)).toEqual(new Set(["hooked.example.com/v2"]));
    const { status } = await server.ok("GET", `${definitions}/routes.hooked.example.com`);
    expect(status.storedVersions).toEqual(["v1", "v2"]);
  });
});

test("a webhook may change labels and annotations, no other metadata", async () => {
  await server.ok("POST", definitions, definition("marks", "Mark", "/labels"));
  await server.ok("POST", pathOf("marks", "v1"), {
    ...v1("Mark", "a", "x:1"),
    metadata: { name: "a", finalizers: ["example.com/kept"] },
  });
  const { metadata } = await server.ok("GET", `${pathOf("marks", "v2")}/a`);
  expect(metadata).toMatchObject({ labels: { converted: "yes" }, finalizers: ["example.com/kept"] });
});

describe("a conversion webhook's answer that can't be taken is told and changes nothing", () => {
  test.each([
    ["/fails", "conversion webhook for hooked.example.com/v1, Kind=Bad failed: no mood for it"],
    ["/silent", "failed: response.result.status was 'Failed', not 'Success'"],
    ["/other-uid", "failed: expected response.uid="],
    ["/none", "returned 0 objects, expected 1"],
    ["/other-kind", "invalid kind (expected Bad, received Other)"],
    ["/other-name", "must have the same name: a != else"],
    [
      "/other-version",
      "invalid groupVersion (expected hooked.example.com/v2, received hooked.example.com/v9)",
    ],
    ["/no-review", "expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview"],
    ["/no-json", "failed: "],
    ["/nobody", "failed: the server could not find the requested resource"],
  ])("%s", async (path, message) => {
    const plural = `bads${path.slice(1).replaceAll("-", "")}`;
    const made = definition(plural, "Bad", path);
    made.spec.names = { plural, kind: "Bad", singular: plural, listKind: `${plural}list` } as never;
    made.spec.group = `${plural}.example.com`;
    made.metadata.name = `${plural}.${plural}.example.com`;
    await server.ok(
      "POST",
      definitions,
      JSON.parse(JSON.stringify(made).replaceAll("hooked.example.com", made.spec.group)),
    );
    const at = (version: string) => `/apis/${plural}.example.com/${version}/namespaces/default/${plural}`;
    const body = { ...v1("Bad", "a", "x:1"), apiVersion: `${plural}.example.com/v1` };
    await server.ok("POST", at("v1"), body);
    const reply = await server.send("GET", `${at("v2")}/a`);
    expect(reply.status).toBe(500);
    expect(reply.body.message.replaceAll(made.spec.group, "hooked.example.com")).toContain(message);
    const refused = await server.send("POST", at("v2"), {
      body: { ...body, apiVersion: `${plural}.example.com/v2`, metadata: { name: "b" } },
    });
    expect(refused.status).toBe(500);
    expect((await server.ok("GET", at("v1"))).items).toHaveLength(1);
  });

  test("nor is one whose certificate isn't of the authority named", async () => {
    const other = await openHookServer({});
    await server.ok(
      "POST",
      definitions,
      definition("strangers", "Stranger", "/convert", { caBundle: other.ca }),
    );
    await other.close();
    await server.ok("POST", pathOf("strangers", "v1"), v1("Stranger", "a", "x:1"));
    const reply = await server.send("GET", `${pathOf("strangers", "v2")}/a`);
    expect(reply.status).toBe(500);
    expect(reply.body.message).toContain("certificate signed by unknown authority");
  });
});

test("a default that a definition gets later is there when older objects are read", async () => {
  const plain = (properties: object) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "lates.hooked.example.com" },
    spec: {
      group: "hooked.example.com",
      scope: "Namespaced",
      names: { plural: "lates", kind: "Late" },
      versions: [
        {
          name: "v1",
          storage: true,
          served: true,
          schema: {
            openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } },
          },
        },
      ],
    },
  });
  await server.ok("POST", definitions, plain({ a: { type: "string" } }));
  await server.ok("POST", pathOf("lates", "v1"), {
    apiVersion: "hooked.example.com/v1",
    kind: "Late",
    metadata: { name: "a" },
    spec: { a: "x" },
  });
  await server.ok(
    "PATCH",
    `${definitions}/lates.hooked.example.com`,
    plain({ a: { type: "string" }, b: { type: "string", default: "y" } }),
    "application/merge-patch+json",
  );
  expect((await server.ok("GET", `${pathOf("lates", "v1")}/a`)).spec).toEqual({ a: "x", b: "y" });
  expect((await server.ok("GET", pathOf("lates", "v1"))).items[0].spec).toEqual({ a: "x", b: "y" });
});
