import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPeer, openSubject, peerPrograms, type TestedCluster } from "../conformance/clusters.ts";
import { parseScenario, printScenario } from "../scenarios/scenario.ts";
import { available } from "./available.ts";
import { openCommandShell } from "./commands/shell.ts";

/**
 * Commands of kubectl and Helm against the embedded cluster, whose outputs are those of the real one: a real API
 * server with controllers, scheduler and kwok makes the scenarios' outputs with `./catalyst test --lab --rewrite`.
 */
const folder = join(import.meta.dirname, "commands");
const rewrite = process.env["CATALYST_REWRITE"] === "1";
const needed = ["kubectl", "helm", "helm3", ...(rewrite ? peerPrograms : [])];

describe.skipIf(!(await available(import.meta.filename, ...needed)))("commands", () => {
  const scratch = mkdtempSync(join(tmpdir(), "catalyst-commands-"));
  let cluster: TestedCluster;

  beforeAll(async () => {
    cluster = await (rewrite ? openPeer(scratch) : openSubject(scratch));
  });
  afterAll(async () => {
    await cluster?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  test.for(globSync("*.scenario.txt", { cwd: folder }).sort())(
    "%s: as on a real cluster",
    { timeout: 600_000 },
    async (name) => {
      const file = join(folder, name);
      const expected = readFileSync(file, "utf8");
      const shell = await openCommandShell(cluster.kubeconfig, basename(name, ".scenario.txt"));
      try {
        const blocks = [];
        for (const block of parseScenario(expected))
          blocks.push({ ...block, output: await shell.run(block.command) });
        const found = printScenario(blocks);
        if (rewrite) writeFileSync(file, found);
        else expect(found).toBe(expected);
      } finally {
        shell.close();
      }
    },
  );
});
