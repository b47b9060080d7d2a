import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { type Request, type Response, readBytes, readText } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RegistryAccess, type RegistryCaller, tokenAccess } from "./access.ts";
import { type EmbeddedRegistry, openRegistry } from "./registry.ts";

const callers: Record<string, RegistryCaller> = {
  "acme-token": { name: "acme", grants: [{ prefix: "acme", actions: ["pull", "push"] }] },
  "reader-token": { name: "reader", grants: [{ prefix: "acme", actions: ["pull"] }] },
  "admin-token": { name: "admin", grants: [{ prefix: "", actions: ["pull", "push", "delete"] }] },
};
const byToken = tokenAccess({
  publicPrefixes: ["blueprints", "library"],
  authenticate: async (token) => callers[token],
});

let folder: string;
let registry: EmbeddedRegistry;

async function open(access: RegistryAccess, more: Partial<Parameters<typeof openRegistry>[0]> = {}) {
  registry = await openRegistry({ folder, access, clock: systemClock, logger: silentLogger, ...more });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-registry-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Call = Partial<Omit<Request, "method" | "path">> & { readonly token?: string };

function call(method: string, path: string, { token, headers, ...rest }: Call = {}): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return registry.handler({ method, path, headers: { ...authorization, ...headers }, ...rest });
}

function digestOf(bytes: Uint8Array, algorithm = "sha256"): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

async function push(repository: string, bytes: Uint8Array, token?: string): Promise<string> {
  const digest = digestOf(bytes);
  const by = token === undefined ? {} : { token };
  const response = await call("POST", `/v2/${repository}/blobs/uploads/?digest=${digest}`, {
    body: bytes,
    ...by,
  });
  expect(response.status).toBe(201);
  return digest;
}

async function problem(response: Response): Promise<string> {
  return JSON.parse(await readText(response)).errors[0].code;
}

describe("access to repositories (security case 34)", () => {
  const content = Buffer.from("acme's own");
  beforeEach(() => open(byToken));

  it.each<[string, string, string | undefined, string | undefined, number]>([
    ["anybody here pulls what is public", "/v2/blueprints/x/tags/list", undefined, "127.0.0.1", 404],
    ["also in process", "/v2/blueprints/x/tags/list", undefined, undefined, 404],
    ["also by IPv6", "/v2/blueprints/x/tags/list", undefined, "::1", 404],
    ["nobody elsewhere without a token", "/v2/blueprints/x/tags/list", undefined, "192.0.2.7", 401],
    ["nobody pulls another's without a token", "/v2/acme/x/tags/list", undefined, "127.0.0.1", 401],
    ["a wrong token is no token at all", "/v2/blueprints/x/tags/list", "wrong", "127.0.0.1", 401],
    ["a grant covers what is below", "/v2/acme/x/tags/list", "reader-token", "192.0.2.7", 404],
    ["a grant doesn't cover a similar name", "/v2/acme-two/x/tags/list", "acme-token", "127.0.0.1", 403],
    ["a path can't climb out of a grant", "/v2/acme/../other/tags/list", "acme-token", "127.0.0.1", 403],
    ["an encoded path can't either", "/v2/acme%2f..%2fother/tags/list", "acme-token", "127.0.0.1", 400],
  ])("%s", async (_name, path, token, remoteAddress, status) => {
    const response = await call("GET", path, {
      ...(token && { token }),
      ...(remoteAddress && { remoteAddress }),
    });
    expect(response.status).toBe(status);
  });

  it("asks for credentials at its root, where programs look whether there is anything to sign in to", async () => {
    expect((await call("GET", "/v2/")).status).toBe(401);
    expect((await call("GET", "/v2/", { token: "reader-token" })).status).toBe(200);
  });

  it("takes Basic without user and password for no credentials", async () => {
    const headers = { authorization: `Basic ${Buffer.from(":").toString("base64")}` };
    expect((await call("GET", "/v2/blueprints/x/tags/list", { headers })).status).toBe(404);
    expect((await call("GET", "/v2/acme/x/tags/list", { headers })).status).toBe(401);
  });

  it("challenges with Basic, and takes a token as its password", async () => {
    const refused = await call("GET", "/v2/acme/x/tags/list");
    expect(refused.headers["www-authenticate"]).toBe('Basic realm="Catalyst registry"');
    const authorization = `Basic ${Buffer.from("anyone:acme-token").toString("base64")}`;
    expect((await call("GET", "/v2/acme/x/tags/list", { headers: { authorization } })).status).toBe(404);
  });

  it.each([
    ["POST", "/v2/acme/x/blobs/uploads/", "reader-token", 403],
    ["POST", "/v2/blueprints/x/blobs/uploads/", undefined, 401],
    ["POST", "/v2/blueprints/x/blobs/uploads/", "acme-token", 403],
    ["DELETE", `/v2/acme/x/manifests/1.0.0`, "acme-token", 403],
    ["PUT", "/v2/acme/x/manifests/1.0.0", "reader-token", 403],
  ])("%s %s by %s is refused", async (method, path, token, status) => {
    expect((await call(method, path, token === undefined ? {} : { token })).status).toBe(status);
  });

  it("doesn't hand out another's blob: by its digest, by a mount, by an anonymous mount", async () => {
    const digest = await push("acme/secret", content, "acme-token");
    callers["other-token"] = { name: "other", grants: [{ prefix: "other", actions: ["pull", "push"] }] };
    const token = "other-token";
    expect((await call("GET", `/v2/other/x/blobs/${digest}`, { token })).status).toBe(404);
    for (const from of ["&from=acme/secret", ""]) {
      const mounted = await call("POST", `/v2/other/x/blobs/uploads/?mount=${digest}${from}`, { token });
      expect(mounted.status).toBe(202);
    }
    expect((await call("GET", `/v2/other/x/blobs/${digest}`, { token })).status).toBe(404);
  });

  it("mounts for those who may read the source", async () => {
    const digest = await push("acme/secret", content, "acme-token");
    const mounted = await call("POST", `/v2/acme/copy/blobs/uploads/?mount=${digest}`, {
      token: "acme-token",
    });
    expect(mounted.status).toBe(201);
    expect((await call("HEAD", `/v2/acme/copy/blobs/${digest}`, { token: "acme-token" })).status).toBe(200);
  });

  it("doesn't go on with another repository's upload", async () => {
    const opened = await call("POST", "/v2/acme/x/blobs/uploads/", { token: "acme-token" });
    const upload = opened.headers["docker-upload-uuid"];
    const other = await call("PATCH", `/v2/acme/y/blobs/uploads/${upload}`, {
      token: "acme-token",
      body: content,
    });
    expect(await problem(other)).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  it("lists only repositories the caller may read", async () => {
    await push("acme/one", content, "acme-token");
    await push("secret/one", content, "admin-token");
    await push("blueprints/one", content, "admin-token");
    const list = async (token: string) =>
      JSON.parse(await readText(await call("GET", "/v2/_catalog", { token }))).repositories;
    expect((await call("GET", "/v2/_catalog")).status).toBe(401);
    expect(await list("acme-token")).toEqual(["acme/one", "blueprints/one"]);
    expect(await list("admin-token")).toEqual(["acme/one", "blueprints/one", "secret/one"]);
  });
});

describe("uploads", () => {
  const bytes = randomBytes(10_000);
  beforeEach(() => open(async () => "allowed", { maxBlobBytes: 20_000, maxManifestBytes: 2000 }));

  it("goes on after the registry was opened again", async () => {
    const opened = await call("POST", "/v2/a/blobs/uploads/");
    const location = opened.headers["location"] ?? "";
    await call("PATCH", location, { body: bytes.subarray(0, 4000), headers: { "content-range": "0-3999" } });
    await open(async () => "allowed");
    const state = await call("GET", location);
    expect([state.status, state.headers["range"]]).toEqual([204, "0-3999"]);
    await call("PATCH", location, { body: bytes.subarray(4000), headers: { "content-range": "4000-9999" } });
    expect((await call("PUT", `${location}?digest=${digestOf(bytes)}`)).status).toBe(201);
    const stored = await readBytes(await call("GET", `/v2/a/blobs/${digestOf(bytes)}`));
    expect(Buffer.compare(stored, bytes)).toBe(0);
  });

  it("leaves nothing of an upload of which nothing was acknowledged", async () => {
    const opened = await call("POST", "/v2/a/blobs/uploads/");
    await open(async () => "allowed");
    expect((await call("GET", opened.headers["location"] ?? "")).status).toBe(404);
    for (const place of ["uploads", "temporary"]) expect(await readdir(join(folder, place))).toEqual([]);
  });

  it("keeps nothing of content whose digest is wrong", async () => {
    const wrong = digestOf(Buffer.from("else"));
    const response = await call("POST", `/v2/a/blobs/uploads/?digest=${wrong}`, { body: bytes });
    expect([response.status, await problem(response)]).toEqual([400, "DIGEST_INVALID"]);
    expect((await call("GET", `/v2/a/blobs/${wrong}`)).status).toBe(404);
    for (const place of ["uploads", "temporary"]) expect(await readdir(join(folder, place))).toEqual([]);
  });

  it("refuses more than the limit of a blob and of a manifest (security case 33)", async () => {
    const opened = await call("POST", "/v2/a/blobs/uploads/");
    const large = await call("PATCH", opened.headers["location"] ?? "", { body: randomBytes(20_001) });
    expect([large.status, await problem(large)]).toEqual([413, "SIZE_INVALID"]);
    const type = "application/vnd.oci.image.manifest.v1+json";
    const manifest = await call("PUT", "/v2/a/manifests/x", {
      body: randomBytes(2001),
      headers: { "content-type": type },
    });
    expect(manifest.status).toBe(413);
  });

  it("takes sha512 digests", async () => {
    const digest = digestOf(bytes, "sha512");
    expect((await call("POST", `/v2/a/blobs/uploads/?digest=${digest}`, { body: bytes })).status).toBe(201);
    expect((await call("HEAD", `/v2/a/blobs/${digest}`)).headers["content-length"]).toBe("10000");
  });

  it.each([
    ["bytes=10-19", 206, "bytes 10-19/10000", 10],
    ["bytes=9990-", 206, "bytes 9990-9999/10000", 10],
    ["bytes=-5", 206, "bytes 9995-9999/10000", 5],
    ["bytes=9990-20000", 206, "bytes 9990-9999/10000", 10],
    ["bytes=0-1,4-5", 200, undefined, 10_000],
    ["lines=1-2", 200, undefined, 10_000],
    ["bytes=10000-", 416, "bytes */10000", undefined],
    ["bytes=5-2", 416, "bytes */10000", undefined],
  ])("answers the range %s", async (range, status, contentRange, length) => {
    const digest = await push("a", bytes);
    const response = await call("GET", `/v2/a/blobs/${digest}`, { headers: { range } });
    expect([response.status, response.headers["content-range"]]).toEqual([status, contentRange]);
    if (length !== undefined) expect((await readBytes(response)).length).toBe(length);
  });
});

describe("manifests and tags", () => {
  const type = "application/vnd.oci.image.manifest.v1+json";
  beforeEach(() =>
    open(async () => "allowed", { immutable: (repository) => repository.startsWith("blueprints/") }),
  );

  async function manifest(repository: string, text: string) {
    const digest = await push(repository, Buffer.from(text));
    const blob = { mediaType: "text/plain", digest, size: text.length };
    return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, config: blob, layers: [] }));
  }

  const put = async (repository: string, tag: string, body: Uint8Array) =>
    call("PUT", `/v2/${repository}/manifests/${tag}`, { body, headers: { "content-type": type } });

  it("pages through tags", async () => {
    for (const tag of ["c", "B", "a", "b"]) await put("x", tag, await manifest("x", "one"));
    const seen: string[] = [];
    let path: string | undefined = "/v2/x/tags/list?n=3";
    while (path !== undefined) {
      const response: Response = await call("GET", path);
      seen.push(...JSON.parse(await readText(response)).tags);
      path = /<([^>]+)>/.exec(response.headers["link"] ?? "")?.[1];
    }
    expect(seen).toEqual(["B", "a", "b", "c"]);
  });

  it("never moves a tag that is immutable", async () => {
    const first = await manifest("blueprints/x", "one");
    expect((await put("blueprints/x", "1.0.0", first)).status).toBe(201);
    expect((await put("blueprints/x", "1.0.0", first)).status).toBe(201);
    const moved = await put("blueprints/x", "1.0.0", await manifest("blueprints/x", "two"));
    expect([moved.status, await problem(moved)]).toEqual([409, "TAG_IMMUTABLE"]);
  });

  it.each([
    ["no JSON", "nonsense"],
    ["an array", "[]"],
    ["another schema version", JSON.stringify({ schemaVersion: 1, mediaType: type })],
    ["no config", JSON.stringify({ schemaVersion: 2, mediaType: type, layers: [] })],
    ["another media type than it was sent as", JSON.stringify({ schemaVersion: 2, mediaType: "x/y" })],
  ])("refuses a manifest with %s", async (_name, text) => {
    const response = await put("x", "1.0.0", Buffer.from(text));
    expect([response.status, await problem(response)]).toEqual([400, "MANIFEST_INVALID"]);
  });

  it("forgets the tags of a deleted manifest", async () => {
    const bytes = await manifest("x", "one");
    await put("x", "1.0.0", bytes);
    expect((await call("DELETE", `/v2/x/manifests/${digestOf(bytes)}`)).status).toBe(202);
    expect((await call("GET", "/v2/x/manifests/1.0.0")).status).toBe(404);
    expect(JSON.parse(await readText(await call("GET", "/v2/x/tags/list"))).tags).toEqual([]);
  });

  it("reads back after it was opened again", async () => {
    const bytes = await manifest("x", "one");
    await put("x", "1.0.0", bytes);
    await open(async () => "allowed");
    expect(Buffer.from(await readBytes(await call("GET", "/v2/x/manifests/1.0.0")))).toEqual(bytes);
  });
});
