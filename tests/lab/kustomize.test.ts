import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
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

/** The program's refusal without its warnings, where the checkout is and where something is in its memory. */
function reason(text: string, folder: string): string {
  const start = text.indexOf("Error: ");
  return text
    .slice(Math.max(start, 0))
    .replaceAll(folder, ".")
    .replaceAll(relative("/", golden), "golden")
    .replaceAll(/\b0x[0-9a-f]{8,}/g, "<address>");
}
