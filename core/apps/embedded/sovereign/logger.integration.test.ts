import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileLogger } from "./logger.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("writes lines, and no field that is named like a secret", async () => {
  const log = fileLogger(join(folder, "log"));
  log.child({ server: "git" }).warn("a token came", { token: "hunter2", login: { password: "hunter2" } });
  await expect.poll(() => readFileSync(join(folder, "log"), "utf8")).toContain("a token came");
  expect(readFileSync(join(folder, "log"), "utf8")).not.toContain("hunter2");
});

test.skipIf(!existsSync("/dev/full"))("goes on where the disk is full", async () => {
  symlinkSync("/dev/full", join(folder, "log"));
  const log = fileLogger(join(folder, "log"));
  for (let line = 0; line < 100; line++) {
    log.info("x".repeat(1000), { line });
    await sleep(1);
  }
});

test("says at once that it can't be opened", () => {
  expect(() => fileLogger(folder)).toThrow(/EISDIR/);
});
