import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry, tokenAccess } from "@catalyst/embedded-registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

describe.skipIf(!(await available(import.meta.filename, "oci-conformance")))(
  "OCI's conformance suite",
  () => {
    let folder: string;
    let server: Awaited<ReturnType<typeof openServer>>;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "catalyst-lab-registry-"));
      const everything = [{ prefix: "", actions: ["pull", "push", "delete"] as const }];
      const registry = await openRegistry({
        folder: join(folder, "data"),
        access: tokenAccess({
          publicPrefixes: [],
          authenticate: async (token) =>
            token === "secret" ? { name: "lab", grants: everything } : undefined,
        }),
        clock: systemClock,
        logger: silentLogger,
      });
      server = await openServer(registry.handler, { logger: silentLogger });
    });

    afterAll(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("passes the embedded registry in everything it tests", async () => {
      const results = join(folder, "results");
      await run(programPath("oci-conformance"), {
        OCI_REGISTRY: `127.0.0.1:${server.port}`,
        OCI_TLS: "disabled",
        OCI_VERSION: "1.1",
        OCI_USERNAME: "lab",
        OCI_PASSWORD: "secret",
        OCI_RESULTS_DIR: results,
      });
      const report = await readFile(join(results, "junit.xml"), "utf8");
      const count = (name: string) =>
        Number(new RegExp(`<testsuite\\b[^>]* ${name}="(\\d+)"`).exec(report)?.[1] ?? 0);
      expect(count("tests")).toBeGreaterThan(800);
      expect({ failures: count("failures"), errors: count("errors"), skipped: count("skipped") }).toEqual({
        failures: 0,
        errors: 0,
        skipped: 0,
      });
    });
  },
);

function run(program: string, environment: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, { env: { ...process.env, ...environment }, stdio: "ignore" });
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}
