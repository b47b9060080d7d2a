import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock } from "@catalyst/base/clock";
import { openStore } from "@catalyst/embedded-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../../../tests/faults/random.ts";
import { defaultRoles } from "../access/default-roles.ts";
import { Storage } from "./storage.ts";

const creator = fileURLToPath(new URL("../testing/concurrent-creator.ts", import.meta.url));

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "catalyst-kill-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Rounds of writing and killing; a thousand take half an hour. */
const rounds = Number(process.env["CATALYST_KILL_ROUNDS"] ?? 6);
const seed = Number(process.env["CATALYST_KILL_SEED"] ?? Date.now() % 1_000_000);

/** What is known of an object: the version last answered, that its deletion was asked for, or was answered. */
type Known = number | "leaving" | "gone";

/** Lets callers write in a process of their own, and kills it after so many answers. */
async function writeUntilKilled(round: number, answers: number): Promise<Map<string, Known>> {
  const child = spawn(process.execPath, [creator, dir, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const known = new Map<string, Known>();
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [name, state] = line.split(" ") as [string, string];
    known.set(name, state === "gone" || state === "leaving" ? state : Number(state));
    if (state !== "leaving" && ++count === answers) child.kill("SIGKILL");
  }
  await exited;
  expect(count).toBeGreaterThanOrEqual(answers);
  return known;
}

describe("security case 35: SIGKILL of the API server under 64 writers", () => {
  it(`loses no answered write and gives no version twice (${rounds} rounds, seed ${seed})`, {
    timeout: 60_000 + rounds * 10_000,
  }, async () => {
    const random = new Random(seed);
    const known = new Map<string, Known>();
    let highest = 0;
    for (let round = 0; round < rounds; round++) {
      for (const [name, state] of await writeUntilKilled(round, 1 + Math.floor(random.next() * 700))) {
        known.set(name, state);
        if (typeof state === "number") highest = Math.max(highest, state);
      }
      const store = await openStore({ dir });
      const storage = await Storage.open(store, systemClock, defaultRoles);
      const collection = storage.collection("management", "/configmaps", true);
      const held = (name: string) => collection.get(`default/${name}`)?.revision;
      const wrong = [...known].filter(([name, state]) => {
        if (state === "leaving") return false;
        return state === "gone" ? held(name) !== undefined : (held(name) ?? 0) < state;
      });
      expect(wrong).toEqual([]);
      expect(storage.revision).toBeGreaterThanOrEqual(highest);
      const versions = collection.list().map((entry) => entry.revision);
      expect(new Set(versions).size).toBe(versions.length);
      await store.close();
      // Whether an unanswered deletion came through is decided now, for good.
      for (const name of known.keys()) known.set(name, held(name) ?? "gone");
    }
  });
});
