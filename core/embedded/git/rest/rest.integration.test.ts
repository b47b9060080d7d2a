import { readBytes } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basic, openTestHost, type TestHost } from "../testing/index.ts";

const developer = {
  user: "dev",
  email: "dev@example.org",
  platform: false,
  reads: ["acme/acme-dev"],
  writes: [/^refs\/heads\/feature\//],
};
const viewer = { ...developer, user: "viewer", writes: [] };
const stranger = { ...viewer, user: "stranger", reads: [] };

describe("the REST API of the embedded host", () => {
  let host: TestHost;
  const call = async (user: string | undefined, method: string, path: string, json?: unknown) => {
    const headers = user === undefined ? {} : basic(user);
    const body = json === undefined ? {} : { json };
    return host.handler({ method, path: `/api/v1${path}`, headers, ...body });
  };
  beforeAll(async () => {
    host = await openTestHost({ users: [developer, viewer, stranger] });
    await call("catalyst", "POST", "/orgs", { username: "acme" });
    await call("catalyst", "POST", "/orgs/acme/repos", { name: "acme-dev" });
    await call("catalyst", "POST", "/orgs/acme/repos", { name: "acme-prod" });
  });
  afterAll(() => host.remove());

  /** Every route there is, and the status for: nobody, a stranger, a viewer, the developer. */
  it.each([
    ["GET", "/version", [401, 200, 200, 200]],
    ["GET", "/user", [401, 200, 200, 200]],
    ["GET", "/orgs", [401, 200, 200, 200]],
    ["POST", "/orgs", [401, 403, 403, 403]],
    ["GET", "/orgs/acme", [401, 404, 200, 200]],
    ["DELETE", "/orgs/acme", [401, 404, 403, 403]],
    ["GET", "/orgs/acme/repos", [401, 404, 200, 200]],
    ["POST", "/orgs/acme/repos", [401, 404, 403, 403]],
    ["GET", "/repos/acme/acme-prod", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-prod/hooks", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-dev", [401, 404, 200, 200]],
    ["DELETE", "/repos/acme/acme-dev", [401, 404, 403, 403]],
    ["GET", "/repos/acme/acme-dev/branches", [401, 404, 200, 200]],
    ["GET", "/repos/acme/acme-dev/branches/main", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-dev/commits", [401, 404, 409, 409]],
    ["GET", "/repos/acme/acme-dev/git/commits/main", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-dev/git/trees/main", [401, 404, 400, 400]],
    ["GET", "/repos/acme/acme-dev/git/blobs/main", [401, 404, 400, 400]],
    ["GET", "/repos/acme/acme-dev/raw/a", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-dev/contents/a", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-dev/compare/a...b", [401, 404, 404, 404]],
    ["GET", "/repos/acme/acme-dev/branch_protections", [401, 404, 403, 403]],
    ["POST", "/repos/acme/acme-dev/branch_protections", [401, 404, 403, 403]],
    ["GET", "/repos/acme/acme-dev/branch_protections/main", [401, 404, 403, 403]],
    ["DELETE", "/repos/acme/acme-dev/branch_protections/main", [401, 404, 403, 403]],
    ["GET", "/repos/acme/acme-dev/hooks", [401, 404, 403, 403]],
    ["POST", "/repos/acme/acme-dev/hooks", [401, 404, 403, 403]],
    ["GET", "/repos/acme/acme-dev/hooks/1", [401, 404, 403, 403]],
    ["PATCH", "/repos/acme/acme-dev/hooks/1", [401, 404, 403, 403]],
    ["DELETE", "/repos/acme/acme-dev/hooks/1", [401, 404, 403, 403]],
    ["GET", `/repos/acme/acme-dev/statuses/${"1".repeat(40)}`, [401, 404, 200, 200]],
    ["POST", `/repos/acme/acme-dev/statuses/${"1".repeat(40)}`, [401, 404, 403, 404]],
  ])("22: %s %s", async (method, path, statuses) => {
    const json = method === "POST" || method === "PATCH" ? { username: "mine", name: "mine" } : undefined;
    const found: number[] = [];
    for (const user of [undefined, "stranger", "viewer", "dev"])
      found.push((await call(user, method, path, json)).status);
    expect(found).toEqual(statuses);
  });

  it("shows only what one may read", async () => {
    const listed = async (user: string, path: string) =>
      ((await call(user, "GET", path)).json as { name: string }[]).map(({ name }) => name);
    expect(await listed("dev", "/orgs/acme/repos")).toEqual(["acme-dev"]);
    expect(await listed("catalyst", "/orgs/acme/repos")).toEqual(["acme-dev", "acme-prod"]);
    expect(await listed("stranger", "/orgs")).toEqual([]);
  });

  it.each([
    "/repos/acme/acme-dev/git/commits/--output=x",
    "/repos/acme/acme-dev/git/commits/main%0Ainfo%20HEAD",
    "/repos/acme/acme-dev/git/commits/main~1",
    "/repos/acme/acme-dev/git/trees/--help",
    "/repos/acme/acme-dev/git/blobs/HEAD:a",
    "/repos/acme/acme-dev/commits?sha=--all",
    "/repos/acme/acme-dev/commits?sha=main&path=../../config",
    "/repos/acme/acme-dev/raw/..%2F..%2Fconfig",
    "/repos/acme/acme-dev/contents/%2e%2e/config",
    "/repos/acme/acme-dev/compare/--all...main",
    "/repos/acme%2F..%2Facme/acme-dev",
    "/repos/acme/..%2Facme-prod",
    "/repos/acme/acme-dev/branches/%00",
    "/repos/acme/acme-dev/raw/%zz",
  ])("19: finds nothing at %s", async (path) => {
    const response = await call("catalyst", "GET", path);
    expect([400, 404, 409, 422]).toContain(response.status);
    expect(new TextDecoder().decode(await readBytes(response))).not.toContain(host.folder);
  });

  it("28: takes no detour through another repository", async () => {
    for (const path of ["/repos/acme/acme-dev/../acme-prod", "/repos/acme/acme-dev/%2e%2e/acme-prod"]) {
      expect((await call("catalyst", "GET", path)).status).toBe(404);
    }
    const path = "/acme/acme-dev.git/../acme-prod.git/info/refs?service=git-upload-pack";
    expect((await host.handler({ method: "GET", path, headers: basic("catalyst") })).status).toBe(404);
  });

  it("answers a body that isn't JSON or is too large", async () => {
    const send = async (body: Uint8Array) =>
      (await host.handler({ method: "POST", path: "/api/v1/orgs", headers: basic("catalyst"), body })).status;
    expect(await send(Buffer.from("{"))).toBe(422);
    expect(await send(new Uint8Array(2 * 1024 * 1024))).toBe(413);
  });
});
