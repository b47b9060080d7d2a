import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort } from "../lab/process.ts";
import { launcher } from "./sovereign.ts";

const run = promisify(execFile);

/** Nobody reads what a Sovereign in the background writes: whoever started it has ended. */
test("a Sovereign in the background lets people sign in, and stops cleanly", async () => {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-detached-"));
  const data = join(folder, "data");
  const port = await freePort();
  const ports = ["--port", String(port), "--kubernetes-port", String(await freePort())];
  try {
    const { stdout } = await run(launcher, [
      "up",
      "--detach",
      "--data",
      data,
      ...ports,
      "--runtime",
      "simulated",
    ]);
    expect(stdout).toContain(`Catalyst runs at http://localhost:${port}`);
    const identity = `http://localhost:${port}/identity/.well-known/openid-configuration`;
    expect((await fetch(identity)).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
    expect(existsSync(join(data, "running.json"))).toBe(true);
  } finally {
    await run(launcher, ["down", "--data", data]);
  }
  // the last thing a stop does: one that ended half-way would have left it
  expect(existsSync(join(data, "running.json"))).toBe(false);
  rmSync(folder, { recursive: true, force: true });
});
