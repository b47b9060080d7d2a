import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CatalystError } from "@catalyst/base/errors";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileLogger } from "./logger.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-log-"));
  path = join(folder, "catalyst.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lines = (file: string) => readFileSync(file, "utf8").trimEnd().split("\n");
const numbers = (files: readonly string[]) =>
  files.flatMap(lines).map((line) => (JSON.parse(line) as { readonly number: number }).number);

async function write(from: number, to: number, kept = 50): Promise<void> {
  const logger = fileLogger(path, { maxBytes: 2000, kept });
  for (let number = from; number < to; number++) {
    logger.info("something happened", { number });
    if (number % 10 === 0) await sleep(2);
  }
  await expect.poll(() => existsSync(path) && numbers(files()).at(-1)).toBe(to - 1);
}

/** From the oldest to the one that is written to. */
function files(): string[] {
  const rank = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? 0);
  return readdirSync(folder)
    .sort((a, b) => rank(b) - rank(a))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).size > 0);
}

it("sets a full file aside and loses no line", async () => {
  await write(0, 300);
  expect(files().length).toBeGreaterThan(3);
  expect(numbers(files())).toEqual(Array.from({ length: 300 }, (_, index) => index));
});

it("counts what an earlier run wrote", async () => {
  await write(0, 15);
  expect(files()).toHaveLength(1);
  await write(15, 60);
  expect(files().length).toBeGreaterThan(1);
  expect(numbers(files())).toEqual(Array.from({ length: 60 }, (_, index) => index));
});

it("keeps so many files and drops the oldest", async () => {
  await write(0, 300, 2);
  expect(readdirSync(folder).sort()).toEqual(["catalyst.log", "catalyst.log.1", "catalyst.log.2"]);
  for (const file of files()) expect(statSync(file).mode & 0o077).toBe(0);
});

it.each([
  [
    "ours: its sentence and hint",
    new CatalystError("disk-full", "the disk is full", { hint: "Free some." }),
    /^the disk is full\. Free some\.$/,
  ],
  ["another: where it came from, too", new RangeError("out of range"), /^RangeError: out of range\n +at /],
  ["a text", "as it is", /^as it is$/],
])("says what an error says, %s", async (_which, error, expected) => {
  fileLogger(path).child({ server: "git" }).error("it failed", { error });
  await expect.poll(() => readFileSync(path, "utf8")).not.toBe("");
  expect(JSON.parse(lines(path)[0] ?? "")).toMatchObject({
    server: "git",
    error: expect.stringMatching(expected),
  });
});
