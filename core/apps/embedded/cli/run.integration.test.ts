import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

const root = new URL("../../../..", import.meta.url).pathname;

test.each(["SIGINT", "SIGTERM"] as const)("%s ends a command that works without a pause", async (signal) => {
  // It waits for the rest of the values, and for nothing else.
  const words = ["chart", "template", "site", "platform/static-site/chart", "--values", "-"];
  const child = spawn(process.execPath, ["core/apps/embedded/cli.ts", ...words], { cwd: root });
  const ended = once(child, "exit");
  const longerThanThePipe = "#".repeat(1_000_000);
  await new Promise((taken) => child.stdin.write(longerThanThePipe, taken));
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
});
