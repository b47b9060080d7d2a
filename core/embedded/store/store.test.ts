import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCatalystError } from "@catalyst/base/errors";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Store } from "./index.ts";

const area = {
  name: "notes",
  migrations: [
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, checksum INTEGER NOT NULL)",
  ],
  checked: [{ table: "notes", columns: ["id", "text"] }],
};
const insert = (id: number, text: string) => ({
  sql: "INSERT INTO notes VALUES (?1, ?2, row_checksum(?1, ?2))",
  params: [id, text],
});

describe("the store", () => {
  let dir: string;
  let store: Store;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "catalyst-store-"));
    store = await openStore({ dir });
    await store.define(area);
  });
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  it("gives back what was written, also after a new start", async () => {
    expect(await store.write([insert(1, "a"), insert(2, "b")])).toEqual([1, 1]);
    await store.close();
    store = await openStore({ dir });
    await store.define(area);
    expect(await store.read("SELECT id, text FROM notes WHERE id > ?", [1])).toEqual([{ id: 2, text: "b" }]);
    expect(await store.check()).toEqual([]);
  });

  it("fails only the write at fault in a group, whole", async () => {
    const results = await Promise.allSettled([
      store.write([insert(1, "a")]),
      store.write([insert(2, "b"), insert(3, "a")]),
      store.write([insert(4, "d")]),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(isCatalystError((results[1] as PromiseRejectedResult).reason, "store-statement")).toBe(true);
    expect(await store.read("SELECT id FROM notes ORDER BY id")).toEqual([{ id: 1 }, { id: 4 }]);
  });

  it("resolves writes in the order of the calls", async () => {
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        store.write([insert(index + 1, `${index}`)]).then(() => order.push(index)),
      ),
    );
    expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  it("says who has a folder that is in use", async () => {
    await expect(openStore({ dir })).rejects.toMatchObject({
      code: "store-locked",
      details: { pid: process.pid },
    });
  });

  it("fails every write of a commit that finds the disk full, and goes on once there is room", async () => {
    await store.close();
    store = await openStore({ dir, maxBytes: 200_000 });
    await store.define(area);
    const large = "x".repeat(150_000);
    const results = await Promise.allSettled([
      store.write([insert(1, "small")]),
      store.write([insert(2, large)]),
      store.write([insert(3, `${large}y`)]),
    ]);
    for (const result of results) expect(result).toMatchObject({ reason: { code: "store-full" } });
    expect(await store.read("SELECT id FROM notes")).toEqual([]);
    await store.write([insert(4, "fits")]);
    expect(await store.read("SELECT id FROM notes")).toEqual([{ id: 4 }]);
  });

  it("finishes accepted writes before it closes, and refuses later ones", async () => {
    const written = store.write([insert(1, "a")]);
    await store.close();
    await written;
    await expect(store.write([insert(2, "b")])).rejects.toMatchObject({ code: "store-closed" });
    store = await openStore({ dir });
    expect(await store.read("SELECT count(*) AS n FROM notes")).toEqual([{ n: 1 }]);
  });

  it("refuses data of a newer version", async () => {
    await store.define({ name: "later", migrations: ["CREATE TABLE later (x)", "CREATE TABLE later2 (x)"] });
    await expect(
      store.define({ name: "later", migrations: ["CREATE TABLE later (x)"] }),
    ).rejects.toMatchObject({
      code: "store-newer",
    });
  });
});
