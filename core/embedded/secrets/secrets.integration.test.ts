import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openStore, type Store } from "@catalyst/embedded-store";
import type { Handler } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Demand, openSecrets } from "./index.ts";

describe("the embedded secret store", () => {
  let dir: string;
  let store: Store;
  let asked: [string, Demand["capability"], string][];
  const open = () =>
    openSecrets({
      store,
      keyFile: join(dir, "secrets.key"),
      clock: systemClock,
      logger: silentLogger,
      authenticate: async (token) => (token === "unknown" ? undefined : token),
      authorize: (token, { capability, path }) => {
        asked.push([token, capability, path]);
        return token === "root" || (capability === "read" && path.startsWith("org/acme/"));
      },
    });
  const ask = async (handler: Handler, method: string, path: string, json?: unknown, token = "root") => {
    const response = await handler({
      method,
      path: `/v1/${path}`,
      headers: { "x-vault-token": token },
      json,
    });
    return {
      status: response.status,
      body: response.json as { data: Record<string, unknown>; errors: string[] },
    };
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "catalyst-secrets-"));
    store = await openStore({ dir });
    asked = [];
  });
  afterEach(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });
  async function reopenStore(change?: (database: DatabaseSync) => void): Promise<void> {
    await store.close();
    if (change !== undefined) {
      const database = new DatabaseSync(join(dir, "store.db"));
      change(database);
      database.close();
    }
    store = await openStore({ dir });
  }

  it("answers as Vault's KV version 2 does", async () => {
    const vault = await open();
    const wrote = await ask(vault, "POST", "secret/data/org/acme/db", { data: { password: "p" } });
    expect(wrote).toMatchObject({
      status: 200,
      body: { data: { version: 1, destroyed: false, deletion_time: "" } },
    });
    const read = await ask(vault, "GET", "secret/data/org/acme/db");
    expect(read).toMatchObject({
      status: 200,
      body: { data: { data: { password: "p" }, metadata: { version: 1 } }, lease_duration: 0 },
    });
    expect(await ask(vault, "DELETE", "secret/data/org/acme/db")).toMatchObject({ status: 204 });
    expect(await ask(vault, "GET", "secret/data/org/acme/db")).toMatchObject({
      status: 404,
      body: { data: { data: null, metadata: { version: 1, deletion_time: expect.stringMatching(/^20/) } } },
    });
    expect(await ask(vault, "POST", "secret/undelete/org/acme/db", { versions: [1] })).toMatchObject({
      status: 204,
    });
    expect((await ask(vault, "GET", "secret/data/org/acme/db")).status).toBe(200);
    expect(await ask(vault, "LIST", "secret/metadata/org/")).toMatchObject({
      body: { data: { keys: ["acme/"] } },
    });
    expect(await ask(vault, "GET", "secret/data/none")).toEqual({ status: 404, body: { errors: [] } });
    expect((await ask(vault, "GET", "sys/health", undefined, "unknown")).body).toMatchObject({
      sealed: false,
    });
  });

  it("keeps the ten newest versions", async () => {
    const vault = await open();
    for (let index = 1; index <= 12; index++)
      await ask(vault, "PUT", "secret/data/s", { data: { n: `${index}` } });
    expect((await ask(vault, "GET", "secret/data/s?version=2")).status).toBe(404);
    expect((await ask(vault, "GET", "secret/data/s?version=3")).status).toBe(200);
    expect((await ask(vault, "GET", "secret/metadata/s")).body.data).toMatchObject({
      current_version: 12,
      oldest_version: 3,
    });
  });

  it("keeps no value readable on disk, and the key to its owner", async () => {
    const vault = await open();
    await ask(vault, "POST", "secret/data/s", { data: { password: "find-me-on-disk" } });
    for (const name of await readdir(dir)) {
      expect((await readFile(join(dir, name))).includes("find-me-on-disk")).toBe(false);
    }
    expect((await stat(join(dir, "secrets.key"))).mode & 0o777).toBe(0o600);
    await reopenStore();
    expect((await ask(await open(), "GET", "secret/data/s")).body.data["data"]).toEqual({
      password: "find-me-on-disk",
    });
  });

  it.each([
    "secret/data/../../sys/x",
    "secret/data/a/%2e%2e/b",
    "secret/data/a//b",
    "secret/data/",
    "secret/data/a%00b",
  ])("28: refuses the path %s", async (path) => {
    const { status } = await ask(await open(), "GET", path);
    expect([400, 403, 404]).toContain(status);
    expect(asked).toEqual([]);
  });

  it("asks for every request what the principal may do", async () => {
    const vault = await open();
    await ask(vault, "POST", "secret/data/org/acme/s", { data: { a: "1" } });
    await ask(vault, "POST", "secret/data/org/other/s", { data: { a: "1" } });
    expect((await ask(vault, "GET", "secret/data/org/acme/s", undefined, "acme")).status).toBe(200);
    expect((await ask(vault, "GET", "secret/data/org/other/s", undefined, "acme")).status).toBe(403);
    expect((await ask(vault, "GET", "secret/metadata/org/other/s", undefined, "acme")).status).toBe(403);
    expect((await ask(vault, "POST", "secret/data/org/acme/s", { data: {} }, "acme")).status).toBe(403);
    expect((await ask(vault, "DELETE", "secret/metadata/org/acme/s", undefined, "acme")).status).toBe(403);
    expect((await ask(vault, "GET", "secret/data/org/acme/s", undefined, "unknown")).status).toBe(403);
    expect((await vault({ method: "GET", path: "/v1/secret/data/org/acme/s", headers: {} })).status).toBe(
      403,
    );
    expect(asked.at(-1)).toEqual(["acme", "delete", "org/acme/s"]);
  });

  it("doesn't open without its key, with another one, or with one that others may read", async () => {
    const vault = await open();
    await ask(vault, "POST", "secret/data/s", { data: { a: "1" } });
    const file = join(dir, "secrets.key");
    const key = await readFile(file, "utf8");
    await chmod(file, 0o644);
    await expect(open()).rejects.toMatchObject({ code: "secrets-key-unusable" });
    await rm(file);
    await expect(open()).rejects.toMatchObject({ code: "secrets-key-missing" });
    await writeFile(file, Buffer.alloc(32, 1).toString("base64"), { mode: 0o600 });
    await expect(open()).rejects.toMatchObject({ code: "secrets-key-wrong" });
    await writeFile(file, key, { mode: 0o600 });
    expect((await ask(await open(), "GET", "secret/data/s")).status).toBe(200);
  });

  it("doesn't serve a value that was altered or put in another's place", async () => {
    const vault = await open();
    await ask(vault, "POST", "secret/data/mine", { data: { a: "mine" } });
    await ask(vault, "POST", "secret/data/theirs", { data: { a: "theirs" } });
    await reopenStore((database) =>
      database.exec(
        "UPDATE secrets_versions SET sealed = (SELECT sealed FROM secrets_versions WHERE path = 'theirs') WHERE path = 'mine'",
      ),
    );
    expect(await ask(await open(), "GET", "secret/data/mine")).toEqual({
      status: 500,
      body: { errors: ["internal error"] },
    });
  });
});
