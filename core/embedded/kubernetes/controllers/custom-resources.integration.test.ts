import { soon } from "@catalyst/base/testing/soon";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const widgets = "/apis/example.com/v1/namespaces/default/widgets";

function definition(plural: string, kind: string, more: object = {}) {
  const schema = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: { size: { type: "integer", default: 1 }, replicas: { type: "integer" } },
      },
      status: { type: "object", properties: { replicas: { type: "integer" } } },
    },
  };
  const version = (name: string, storage: boolean) => ({
    name,
    storage,
    served: true,
    schema: { openAPIV3Schema: schema },
    subresources: {
      status: {},
      scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
    },
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural, kind },
      versions: [version("v1", true), version("v2", false)],
      ...more,
    },
  };
}

const widget = (name: string, spec: object = {}) => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name },
  spec,
});

describe("custom resources", () => {
  beforeAll(async () => {
    await server.ok("POST", definitions, definition("widgets", "Widget"));
  });

  it("are served as soon as the definition is stored, and it says so", async () => {
    const created = await server.ok("POST", widgets, widget("first"));
    expect(created.spec).toEqual({ size: 1 });
    await vi.waitFor(async () => {
      const { status } = await server.ok("GET", `${definitions}/widgets.example.com`);
      const states = Object.fromEntries(
        status.conditions.map((item: { type: string; status: string }) => [item.type, item.status]),
      );
      expect(states).toEqual({ NamesAccepted: "True", Established: "True" });
      expect(status.acceptedNames.plural).toBe("widgets");
    }, soon);
    const groups = await server.ok("GET", "/apis/example.com");
    expect(groups.preferredVersion.version).toBe("v2");
  });

  it("are seen alike in every version", async () => {
    await server.ok("POST", widgets, widget("versions", { size: 3 }));
    const second = await server.ok("GET", "/apis/example.com/v2/namespaces/default/widgets/versions");
    expect(second).toMatchObject({ apiVersion: "example.com/v2", spec: { size: 3 } });
    await server.ok(
      "PATCH",
      "/apis/example.com/v2/namespaces/default/widgets/versions",
      { spec: { size: 4 } },
      "application/merge-patch+json",
    );
    expect((await server.ok("GET", `${widgets}/versions`)).spec.size).toBe(4);
  });

  it("have status and scale apart", async () => {
    const created = await server.ok("POST", widgets, widget("parts", { replicas: 2 }));
    await server.ok("PUT", `${widgets}/parts/status`, { ...created, spec: {}, status: { replicas: 2 } });
    const read = await server.ok("GET", `${widgets}/parts`);
    expect(read).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 } });
    await server.ok(
      "PATCH",
      `${widgets}/parts/scale`,
      { spec: { replicas: 5 } },
      "application/merge-patch+json",
    );
    expect((await server.ok("GET", `${widgets}/parts`)).spec.replicas).toBe(5);
  });

  it("are still served after a new start", async () => {
    await server.restart();
    expect((await server.ok("GET", `${widgets}/first`)).spec.size).toBe(1);
  });

  it("of a kind that is taken aren't served", async () => {
    await server.ok(
      "POST",
      definitions,
      definition("gadgets", "Widget", { names: { plural: "gadgets", singular: "gadget", kind: "Widget" } }),
    );
    await vi.waitFor(async () => {
      const { status } = await server.ok("GET", `${definitions}/gadgets.example.com`);
      expect(status.conditions).toContainEqual(
        expect.objectContaining({ type: "NamesAccepted", status: "False", reason: "KindConflict" }),
      );
    }, soon);
    expect((await server.send("GET", "/apis/example.com/v1/gadgets")).status).toBe(404);
  });

  it("go with their definition, and the names are free for another", async () => {
    await server.ok("DELETE", `${definitions}/widgets.example.com`);
    await vi.waitFor(async () => {
      expect((await server.send("GET", `${definitions}/widgets.example.com`)).status).toBe(404);
    }, soon);
    expect((await server.send("GET", widgets)).status).toBe(404);
    await vi.waitFor(async () => {
      expect((await server.send("GET", "/apis/example.com/v1/gadgets")).status).toBe(200);
    }, soon);
  });
});
