import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@catalyst/embedded-store";
import type { Migration } from "@catalyst/ports/tables";
import { tablesContract } from "@catalyst/ports/tables/contract";
import { expect, it } from "vitest";
import { openTables } from "./index.ts";

tablesContract("the embedded store", async () => {
  const dir = mkdtempSync(join(tmpdir(), "catalyst-tables-"));
  let store = await openStore({ dir });
  return {
    tables: openTables(store),
    reopen: async () => {
      await store.close();
      store = await openStore({ dir });
      return openTables(store);
    },
    close: async () => {
      await store.close();
      rmSync(dir, { recursive: true });
    },
  };
});

const make: Migration = (schema) => [
  schema
    .createTable("marks_all")
    .addColumn("id", "text", (column) => column.primaryKey().notNull())
    .addColumn("words", "text"),
];

it("37: a flipped bit in a row is found by the check of the store", async () => {
  const dir = mkdtempSync(join(tmpdir(), "catalyst-tables-"));
  try {
    const store = await openStore({ dir });
    const { query } = await openTables(store).open<{ marks_all: { id: string; words: string } }>({
      name: "marks",
      migrations: [make],
    });
    await query.insertInto("marks_all").values({ id: "a", words: "before" }).execute();
    await query.updateTable("marks_all").set({ words: "quite-unmistakable" }).execute();
    expect(await store.check()).toEqual([]);
    await store.close();
    const path = join(dir, "store.db");
    const bytes = readFileSync(path);
    const at = bytes.lastIndexOf("quite-unmistakable");
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const again = await openStore({ dir });
    expect(await again.check()).toEqual([expect.stringMatching(/^row \d+ of marks_all was altered$/)]);
    await again.close();
  } finally {
    rmSync(dir, { recursive: true });
  }
});

it("doesn't alter a table, whose checksum wouldn't cover the new column", async () => {
  const dir = mkdtempSync(join(tmpdir(), "catalyst-tables-"));
  const store = await openStore({ dir });
  const alter: Migration = (schema) => [schema.alterTable("marks_all").addColumn("more", "text")];
  const opening = openTables(store).open({ name: "marks", migrations: [make, alter] });
  await expect(opening).rejects.toMatchObject({ code: "tables-statement" });
  await store.close();
  rmSync(dir, { recursive: true });
});
