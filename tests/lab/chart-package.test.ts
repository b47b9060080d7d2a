import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadChart } from "@catalyst/charts";
import { describe, expect, test } from "vitest";
import { goldenCases, withCaseFolder } from "../charts/cases.ts";
import { runHelm, runOwn } from "../charts/chart-programs.ts";
import { available } from "./available.ts";

/** Each chart once, whatever it is rendered with. */
const charts = [...new Map(goldenCases().map((one) => [one.folder, one])).values()];

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "charts are packed as helm packs them",
  () => {
    test.each(charts)("$title", ({ folder }) =>
      withCaseFolder(folder, {}, async (chart) => {
        const scratch = mkdtempSync(join(tmpdir(), "chart-package-"));
        const words = (to: string) => ["package", chart, "-d", to, "--app-version", "9"];
        try {
          const helm = await runHelm(words("theirs"), scratch);
          const own = await runOwn(words("ours"), scratch);
          expect(own.isDone).toBe(helm.isDone);
          expect(contentOf(join(scratch, "ours"))).toEqual(contentOf(join(scratch, "theirs")));
        } finally {
          rmSync(scratch, { recursive: true });
        }
      }),
    );
  },
);

/** The archives in a folder: their files with their text, in no order. */
function contentOf(folder: string): Record<string, readonly string[]> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return Object.fromEntries(
    names.map((name) => [
      name,
      loadChart(readFileSync(join(folder, name)))
        .raw.map(({ name: path, data }) => `${path}\n${Buffer.from(data).toString("base64")}`)
        .sort(),
    ]),
  );
}
