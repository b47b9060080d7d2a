import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { readBytes, readText } from "@catalyst/ports/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRegistry } from "./registry.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-registry-crash-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (access = async () => "allowed" as const) =>
  openRegistry({ folder, access, clock: systemClock, logger: silentLogger });

/** Runs a pusher and kills it after so many acknowledgements; gives what it was told is stored. */
async function pushAndKill(acknowledgements: number): Promise<Map<string, string>> {
  const script = join(import.meta.dirname, "testing/push-until-killed.ts");
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split("\n").length > acknowledgements) child.kill("SIGKILL");
  }
  const lines = output.split("\n").slice(0, -1);
  return new Map(lines.map((line) => line.split(" ") as [string, string]));
}

describe("a killed registry (security case 35)", () => {
  it("has everything it acknowledged, whole, and nothing left over", async () => {
    const stored = new Map<string, string>();
    for (const acknowledgements of [1, 7, 12]) {
      for (const [tag, digest] of await pushAndKill(acknowledgements)) stored.set(tag, digest);
    }
    const { handler } = await open();
    const get = (path: string) => handler({ method: "GET", path, headers: {} });
    expect(stored.size).toBeGreaterThanOrEqual(12);
    for (const [tag, digest] of stored) {
      const manifest = JSON.parse(await readText(await get(`/v2/app/manifests/${tag}`)));
      expect(manifest.config.digest).toBe(digest);
      const bytes = await readBytes(await get(`/v2/app/blobs/${digest}`));
      expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(digest);
    }
    const tags: string[] = JSON.parse(await readText(await get("/v2/app/tags/list"))).tags;
    for (const tag of tags) expect((await get(`/v2/app/manifests/${tag}`)).status).toBe(200);
    expect(await readdir(join(folder, "temporary"))).toEqual([]);
  });
});

describe("a full disk", () => {
  it("is said as such", async () => {
    const { handler } = await open(async () => {
      throw Object.assign(new Error("write"), { code: "ENOSPC" });
    });
    const response = await handler({ method: "GET", path: "/v2/", headers: {} });
    expect([response.status, await readText(response)]).toEqual([
      507,
      '{"errors":[{"code":"UNAVAILABLE","message":"the registry\'s disk is full"}]}',
    ]);
  });
});
