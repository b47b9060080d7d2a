import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runOwn } from "./chart-programs.ts";
import { lintCases } from "./lint-cases.ts";

describe("charts are checked as helm 4.3.1 checks them", () => {
  test.each(lintCases())("$title", async ({ words, golden, write }) => {
    const folder = mkdtempSync(join(tmpdir(), "chart-lint-"));
    try {
      write(folder);
      const { stdout, stderr } = await runOwn(words, folder);
      const printed = stdout + stderr.replace(/^catalyst: /, "Error: ");
      expect(printed.replaceAll(`${folder}/`, "")).toBe(readFileSync(golden, "utf8"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
