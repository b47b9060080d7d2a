import { soon } from "@catalyst/base/testing/soon";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const path = "/api/v1/namespaces/default/configmaps";
const merge = "application/merge-patch+json";

async function create(name: string, metadata: object = {}, at = path) {
  return server.ok("POST", at, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata } });
}

function ownedBy(owner: { metadata: { name: string; uid: string } }, more: object = {}) {
  const { name, uid } = owner.metadata;
  return { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name, uid, ...more }] };
}

const status = async (at: string) => (await server.send("GET", at)).status;
const gone = (at: string) => vi.waitFor(async () => expect(await status(at)).toBe(404), soon);

describe("deletion", () => {
  it("waits for finalizers", async () => {
    await create("held", { finalizers: ["example.com/hold"] });
    const marked = await server.ok("DELETE", `${path}/held`);
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    expect(await status(`${path}/held`)).toBe(200);
    await server.ok("PATCH", `${path}/held`, { metadata: { finalizers: null } }, merge);
    expect(await status(`${path}/held`)).toBe(404);
  });

  it("heeds preconditions", async () => {
    const { metadata } = await create("guarded");
    const wrong = await server.send("DELETE", `${path}/guarded`, {
      body: { preconditions: { uid: "other" } },
    });
    expect(wrong).toMatchObject({ status: 409, body: { reason: "Conflict" } });
    await server.ok("DELETE", `${path}/guarded`, { preconditions: { uid: metadata.uid } });
  });

  it("takes dependents along in the background", async () => {
    const owner = await create("owner");
    const child = await create("child", ownedBy(owner));
    await create("grandchild", ownedBy(child));
    await server.ok("DELETE", `${path}/owner`);
    await gone(`${path}/child`);
    await gone(`${path}/grandchild`);
  });

  it("takes dependents along first in the foreground", async () => {
    const owner = await create("front");
    await create("front-child", {
      ...ownedBy(owner, { blockOwnerDeletion: true }),
      finalizers: ["example.com/hold"],
    });
    await server.ok("DELETE", `${path}/front?propagationPolicy=Foreground`);
    await vi.waitFor(async () => {
      const { metadata } = await server.ok("GET", `${path}/front-child`);
      expect(metadata.deletionTimestamp).toBeDefined();
    }, soon);
    expect(await status(`${path}/front`)).toBe(200);
    await server.ok("PATCH", `${path}/front-child`, { metadata: { finalizers: null } }, merge);
    await gone(`${path}/front`);
  });

  it("takes a circle of owners along, in the foreground too", async () => {
    const [first, second, third] = [
      await create("circle-1"),
      await create("circle-2"),
      await create("circle-3"),
    ];
    const own = (name: string, owner: typeof first) =>
      server.ok(
        "PATCH",
        `${path}/${name}`,
        { metadata: ownedBy(owner, { controller: true, blockOwnerDeletion: true }) },
        merge,
      );
    await own("circle-1", third);
    await own("circle-2", first);
    await own("circle-3", second);
    await server.ok("DELETE", `${path}/circle-1?propagationPolicy=Foreground`);
    for (const name of ["circle-1", "circle-2", "circle-3"]) await gone(`${path}/${name}`);
  });

  it("goes down a chain in the foreground, each waiting for the one below", async () => {
    const owner = await create("slow-1");
    const child = await create("slow-2", {
      ...ownedBy(owner, { blockOwnerDeletion: true }),
      finalizers: ["example.com/hold"],
    });
    await create("slow-3", {
      ...ownedBy(child, { blockOwnerDeletion: true }),
      finalizers: ["example.com/hold"],
    });
    await server.ok("DELETE", `${path}/slow-1?propagationPolicy=Foreground`);
    await vi.waitFor(async () => {
      const { metadata } = await server.ok("GET", `${path}/slow-3`);
      expect(metadata.deletionTimestamp).toBeDefined();
    }, soon);
    expect([await status(`${path}/slow-1`), await status(`${path}/slow-2`)]).toEqual([200, 200]);
    for (const name of ["slow-3", "slow-2"])
      await server.ok("PATCH", `${path}/${name}`, { metadata: { finalizers: null } }, merge);
    await gone(`${path}/slow-1`);
  });

  it("leaves dependents without an owner when orphaning", async () => {
    const owner = await create("parent");
    await create("orphan", ownedBy(owner));
    await server.ok("DELETE", `${path}/parent?propagationPolicy=Orphan`);
    await gone(`${path}/parent`);
    const { metadata } = await server.ok("GET", `${path}/orphan`);
    expect(metadata.ownerReferences).toBeUndefined();
  });

  it("removes what names an owner that was never there", async () => {
    await create(
      "lost",
      ownedBy({ metadata: { name: "nobody", uid: "11111111-1111-4111-8111-111111111111" } }),
    );
    await gone(`${path}/lost`);
  });

  it("keeps a dependent while another of its owners is there", async () => {
    const first = await create("first");
    const second = await create("second");
    const references = [first, second].flatMap((owner) => ownedBy(owner).ownerReferences);
    await create("shared", { ownerReferences: references });
    await server.ok("DELETE", `${path}/first`);
    await vi.waitFor(async () => {
      const { metadata } = await server.ok("GET", `${path}/shared`);
      expect(metadata.ownerReferences).toHaveLength(1);
    }, soon);
  });

  it("of a collection removes what is selected", async () => {
    await create("many-1", { labels: { many: "yes" } });
    await create("many-2", { labels: { many: "yes" } });
    await create("few");
    await server.ok("DELETE", `${path}?labelSelector=many%3Dyes`);
    expect([
      await status(`${path}/many-1`),
      await status(`${path}/many-2`),
      await status(`${path}/few`),
    ]).toEqual([404, 404, 200]);
  });
});

describe("namespaces", () => {
  const namespaces = "/api/v1/namespaces";
  const createNamespace = (name: string) =>
    server.ok("POST", namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });

  it("get their ServiceAccount", async () => {
    await createNamespace("fresh");
    await vi.waitFor(async () => {
      expect(await status(`${namespaces}/fresh/serviceaccounts/default`)).toBe(200);
    }, soon);
  });

  it("go with everything in them", async () => {
    await createNamespace("leaving");
    await create("content", {}, `${namespaces}/leaving/configmaps`);
    await server.ok("DELETE", `${namespaces}/leaving`);
    await gone(`${namespaces}/leaving`);
    await createNamespace("leaving");
    expect(await status(`${namespaces}/leaving/configmaps/content`)).toBe(404);
  });

  it("let their Pods go before all else", async () => {
    await createNamespace("ordered");
    const pods = `${namespaces}/ordered/pods`;
    await create("needed", {}, `${namespaces}/ordered/configmaps`);
    await server.ok("POST", pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "last", finalizers: ["example.com/hold"] },
      spec: { containers: [{ name: "a", image: "b" }] },
    });
    await server.ok("DELETE", `${namespaces}/ordered`);
    await vi.waitFor(async () => {
      const { status } = await server.ok("GET", `${namespaces}/ordered`);
      expect(status["conditions"]).toContainEqual(
        expect.objectContaining({
          type: "NamespaceContentRemaining",
          message: "Some resources are remaining: pods. has 1 resource instances",
        }),
      );
    }, soon);
    expect(await status(`${namespaces}/ordered/configmaps/needed`)).toBe(200);
    await server.ok("PATCH", `${pods}/last`, { metadata: { finalizers: null } }, merge);
    await gone(`${namespaces}/ordered`);
  });

  it("say what blocks them and take nothing new meanwhile", async () => {
    await createNamespace("blocked");
    const maps = `${namespaces}/blocked/configmaps`;
    await create("stuck", { finalizers: ["example.com/hold"] }, maps);
    await server.ok("DELETE", `${namespaces}/blocked`);
    await vi.waitFor(async () => {
      const { status } = await server.ok("GET", `${namespaces}/blocked`);
      expect(status.conditions).toContainEqual(
        expect.objectContaining({
          type: "NamespaceFinalizersRemaining",
          status: "True",
          message: expect.stringContaining("example.com/hold in 1 resource instances"),
        }),
      );
    }, soon);
    const refused = await server.send("POST", maps, {
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "late" } },
    });
    expect(refused).toMatchObject({ status: 403, body: { reason: "Forbidden" } });
    await server.ok("PATCH", `${maps}/stuck`, { metadata: { finalizers: null } }, merge);
    await gone(`${namespaces}/blocked`);
  });
});
