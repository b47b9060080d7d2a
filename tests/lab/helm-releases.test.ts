import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readGolden, writeGolden } from "../releases/recorded.ts";
import { runSequence, type StepSeen } from "../releases/run-sequence.ts";
import type { Sequence } from "../releases/sequence.ts";
import { handOverSequences } from "../releases/sequences/hand-over.ts";
import { sequences } from "../releases/sequences/index.ts";
import { openWorld } from "../releases/world.ts";
import { available } from "./available.ts";
import { startFluxController } from "./flux-controller.ts";
import { programPath } from "./lab.ts";

const rewrite = process.env["CATALYST_REWRITE"] === "1";

/** Does a sequence in a world of its own, with our reconciler or with Flux's own controller. */
async function see(reconciler: "ours" | "another", sequence: Sequence): Promise<readonly StepSeen[]> {
  const world = await openWorld(reconciler);
  const controller =
    reconciler === "another" ? await startFluxController("helm-controller", world.kubeconfig) : undefined;
  const scratch = mkdtempSync(join(tmpdir(), "catalyst-helm-releases-"));
  const helm = async (words: readonly string[]) => {
    const archive = join(scratch, "chart.tgz");
    if (world.chart !== undefined) writeFileSync(archive, world.chart);
    const given = words.map((word) => (word === "CHART" ? archive : word));
    return runHelm(given, scratch, world.kubeconfig);
  };
  try {
    return await runSequence(world, sequence, { helm });
  } finally {
    await controller?.stop();
    await world.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What its Kubernetes client logs by itself, of watches that end: not each time. */
const clientLog = /^[IWE]\d{4} .*\n/gm;

/** helm has it since 4.3, and Flux 2.9 drops it from a record that it writes anew. */
const rollbackRevision = /,"rollback_revision":\d+/g;

/** What helm prints, and whether it failed. */
function runHelm(words: readonly string[], home: string, kubeconfig: string): Promise<string> {
  const environment = { ...process.env, HOME: home, KUBECONFIG: kubeconfig, TZ: "UTC", LC_ALL: "C" };
  return new Promise((resolve) => {
    execFile(programPath("helm"), words, { env: environment }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.replace(clientLog, "").replace(rollbackRevision, "");
      resolve(`${said}${error === null ? "" : `(exit ${error.code})`}`.replaceAll(home, "<home>"));
    });
  });
}

describe.skipIf(!(await available(import.meta.filename, "helm-controller")))(
  "Flux's own helm-controller comes to what is recorded",
  () => {
    // Each has a cluster and a controller of its own, and waits more than it works.
    test.concurrent.each(sequences)("in $name", { timeout: 600_000 }, async (sequence) => {
      const seen = await see("another", sequence);
      if (rewrite) writeGolden(sequence.name, seen);
      expect(seen).toEqual(readGolden(sequence.name));
    });
  },
);

describe.skipIf(!(await available(import.meta.filename, "helm-controller", "helm")))(
  "helm and our reconciler take releases from each other as helm and Flux's own do",
  () => {
    test.concurrent.each(handOverSequences)("$name", { timeout: 600_000 }, async (sequence) => {
      const theirs = await see("another", sequence);
      const ours = await see("ours", sequence);
      for (const [index, step] of ours.entries()) expect(step).toEqual(theirs[index]);
      expect(ours).toHaveLength(theirs.length);
    });
  },
);
