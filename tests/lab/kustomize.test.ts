import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { chartCases, recordedFile } from "../kustomize/chart-cases.ts";
import { findDifferences } from "../parity/kustomize/fuzz/run.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

const golden = resolve(import.meta.dirname, "../../core/kustomize/golden");
const isRewrite = process.env["CATALYST_REWRITE"] === "1";

/** What the program prints stands in the one file, in the other that it refuses. */
const expectedFile = "expected.txt";
const refusedFile = "refused.txt";

/** Folders that are built, not only part of others: those for which something is recorded. New ones begin with an empty file. */
const folders = globSync(`**/{${expectedFile},${refusedFile}}`, { cwd: golden }).map(dirname).sort();

describe.skipIf(!(await available(import.meta.filename, "kustomize")))(
  "the golden kustomizations are what kustomize prints",
  () => {
    test.each(folders)("%s", (folder) => {
      const path = join(golden, folder);
      const { status, stdout, stderr } = spawnSync(programPath("kustomize"), ["build", path], {
        encoding: "utf8",
      });
      const recorded = status === 0 ? stdout : reason(stderr, path);
      const file = join(path, status === 0 ? expectedFile : refusedFile);
      if (isRewrite) {
        for (const name of [expectedFile, refusedFile]) rmSync(join(path, name), { force: true });
        writeFileSync(file, recorded);
      }
      expect(readFileSync(file, "utf8")).toBe(recorded);
    });
  },
);

describe.skipIf(!(await available(import.meta.filename, "kustomize", "helm")))(
  "the recorded kustomizations with charts are what kustomize prints with helm",
  () => {
    test.each(Object.entries(chartCases))("%s", (name, files) => {
      const folder = mkdtempSync(join(tmpdir(), "kustomize-charts-"));
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const words = ["build", folder, "--enable-helm", "--helm-command", programPath("helm")];
      const { status, stdout, stderr } = spawnSync(programPath("kustomize"), words, { encoding: "utf8" });
      rmSync(folder, { recursive: true });
      const file = recordedFile(name, status === 0 ? "printed" : "refused");
      const recorded = status === 0 ? stdout : refusalWithHelm(stderr, folder);
      if (isRewrite) {
        for (const what of ["printed", "refused"] as const) rmSync(recordedFile(name, what), { force: true });
        writeFileSync(file, recorded);
      }
      expect(readFileSync(file, "utf8")).toBe(recorded);
    });
  },
);

/** Where helm and what it is given lie changes from run to run. */
function refusalWithHelm(text: string, folder: string): string {
  return reason(text, folder)
    .replaceAll(programPath("helm"), "helm")
    .replaceAll(/[^ ='\n]*\/kustomize-helm-\d+/g, "<helm>");
}

/** As many as take some seconds; `npm run fuzz:patches` goes on with other seeds. */
const run = { seed: 1, from: 0, cases: 160 };

describe.skipIf(!(await available(import.meta.filename, "kustomize")))("kustomize", () => {
  test("patches random objects as ours does", async () => {
    const differing: string[] = [];
    const counted = await findDifferences(programPath("kustomize"), run, async (number, _one, { detail }) => {
      differing.push(`#${number} ${detail}`);
    });
    expect(differing).toEqual([]);
    expect(counted.cases).toBe(run.cases);
    // Most cases must come to something that can be compared.
    expect(counted.refused).toBeLessThan(run.cases / 4);
  });
});

/** The program's refusal without its warnings, where the checkout is and where something is in its memory. */
function reason(text: string, folder: string): string {
  const start = text.indexOf("Error: ");
  return text
    .slice(Math.max(start, 0))
    .replaceAll(folder, ".")
    .replaceAll(relative("/", golden), "golden")
    .replaceAll(/\b0x[0-9a-f]{8,}/g, "<address>");
}
