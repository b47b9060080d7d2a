import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "@catalyst/base/clock";
import { openStore } from "@catalyst/embedded-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultRoles } from "../access/default-roles.ts";
import { Storage } from "./storage.ts";

const creator = fileURLToPath(new URL("../fixtures/concurrent-creator.ts", import.meta.url));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "catalyst-kill-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Lets callers write in a process of their own, kills it; gives the last answered version of each object. */
async function writeUntilKilled(round: number, answers: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [creator, dir, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const versions = new Map<string, number>();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [name, version] = line.split(" ");
    versions.set(name!, Number(version));
    if (++count === answers) child.kill("SIGKILL");
  }
  await exited;
  return versions;
}

describe("security case 35: SIGKILL of the API server", () => {
  it("loses no answered write and gives no version twice", async () => {
    const answered = new Map<string, number>();
    for (let round = 0; round < 4; round++) {
      for (const [name, version] of await writeUntilKilled(round, 100 + round * 150))
        answered.set(name, version);
      const store = await openStore({ dir });
      const storage = await Storage.open(store, systemClock, defaultRoles);
      const collection = storage.collection("management", "/configmaps", true);
      const lost = [...answered].filter(
        ([name, version]) => !((collection.get(`default/${name}`)?.revision ?? 0) >= version),
      );
      expect(lost).toEqual([]);
      expect(storage.revision).toBeGreaterThanOrEqual(Math.max(...answered.values()));
      const versions = collection.list().map((entry) => entry.revision);
      expect(new Set(versions).size).toBe(versions.length);
      await store.close();
    }
  });
});
