import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { digestOf } from "@catalyst/base/digest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "./index.ts";

const writer = fileURLToPath(new URL("./fixtures/concurrent-writer.ts", import.meta.url));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "catalyst-store-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Runs writers in a process of their own, kills it without warning, gives what was acknowledged. */
async function writeUntilKilled(round: number, acknowledgements: number): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [writer, dir, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  const exited = new Promise((resolve) => child.once("exit", resolve));
  for await (const line of createInterface({ input: child.stdout! })) {
    acknowledged.push(line);
    if (acknowledged.length === acknowledgements) child.kill("SIGKILL");
  }
  await exited;
  return acknowledged;
}

describe("security case 35: SIGKILL while writing", () => {
  it("keeps every acknowledged write, round after round on the same folder", async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 8; round++) {
      acknowledged.push(...(await writeUntilKilled(round, 40 + round * 60)));
      const store = await openStore({ dir });
      const rows = await store.read("SELECT id FROM records");
      expect(await store.check()).toEqual([]);
      await store.close();
      const kept = new Set(rows.map((row) => row["id"]));
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    }
  });
});

describe("security case 37: a store that was truncated or altered", () => {
  let acknowledged: readonly string[];
  /** Leaves a killed store with its write-ahead log in place. */
  beforeEach(async () => {
    acknowledged = await writeUntilKilled(0, 200);
  });

  const names = () => readdirSync(dir).filter((name) => name.startsWith("store."));
  /** Digests of the files that hold something; the index beside the log is SQLite's to make again. */
  const contents = () =>
    Object.fromEntries(
      names()
        .map((name) => [name, readFileSync(join(dir, name))] as const)
        .filter(([name, bytes]) => name !== "store.db-shm" && bytes.length > 0)
        .map(([name, bytes]) => [name, digestOf(bytes)]),
    );

  const damages: readonly { readonly name: string; damage(): void }[] = [
    { name: "a truncated write-ahead log", damage: () => shorten("store.db-wal", 0.5) },
    { name: "an emptied write-ahead log", damage: () => shorten("store.db-wal", 0) },
    { name: "a byte flipped early in the write-ahead log", damage: () => flip("store.db-wal", 0.3) },
    { name: "a byte flipped late in the write-ahead log", damage: () => flipLastWrite("store.db-wal") },
    { name: "a lost write-ahead log", damage: () => rmSync(join(dir, "store.db-wal")) },
    {
      name: "a lost database",
      damage: () => ["store.db", "store.db-wal"].map((name) => rmSync(join(dir, name))),
    },
    { name: "a lost tail file", damage: () => rmSync(join(dir, "store.tail")) },
    { name: "an emptied tail file", damage: () => shorten("store.tail", 0) },
  ];
  it.each(damages)("$name is noticed at start and nothing is changed", async ({ damage }) => {
    damage();
    rmSync(join(dir, "store.db-shm"), { force: true });
    const before = contents();
    await expect(openStore({ dir })).rejects.toMatchObject({ code: "store-damaged" });
    expect(contents()).toEqual(before);
  });

  it("an older copy of the folder's database is noticed", async () => {
    const copy = mkdtempSync(join(tmpdir(), "catalyst-store-"));
    cpSync(dir, copy, { recursive: true });
    await writeUntilKilled(1, 20);
    for (const name of ["store.db", "store.db-wal"]) copyFileSync(join(copy, name), join(dir, name));
    rmSync(copy, { recursive: true });
    await expect(openStore({ dir })).rejects.toMatchObject({ code: "store-damaged" });
  });

  it("a byte flipped in a row of the database is found by the full check", async () => {
    await (await openStore({ dir })).close();
    const path = join(dir, "store.db");
    const at = readFileSync(path).lastIndexOf("payload of ");
    expect(at).toBeGreaterThan(0);
    flipAt(path, at);
    const store = await openStore({ dir });
    expect(await store.check()).toEqual([expect.stringMatching(/^row \d+ of records was altered$/)]);
    await store.close();
  });

  function shorten(name: string, part: number): void {
    const path = join(dir, name);
    truncateSync(path, Math.floor(statSync(path).size * part));
  }

  function flip(name: string, part: number): void {
    const path = join(dir, name);
    flipAt(path, Math.floor(statSync(path).size * part));
  }

  /** Where it was written first: what stands behind it may never have been acknowledged, and is nobody's loss. */
  function flipLastWrite(name: string): void {
    const path = join(dir, name);
    const at = readFileSync(path).indexOf(`payload of ${acknowledged.at(-1)} `);
    expect(at).toBeGreaterThan(0);
    flipAt(path, at);
  }
});

function flipAt(path: string, position: number): void {
  const file = openSync(path, "r+");
  const byte = new Uint8Array(1);
  readSync(file, byte, 0, 1, position);
  writeSync(file, Uint8Array.of(byte[0]! ^ 1), 0, 1, position);
  closeSync(file);
}
