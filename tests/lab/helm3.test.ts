import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { goldenCases } from "../charts/cases.ts";
import { renderWithHelm } from "../charts/helm.ts";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";

/** By a case's title, how Helm 3 renders it otherwise than Helm 4. `CATALYST_REWRITE=1` records them. */
const file = join(import.meta.dirname, "../charts/helm3-differences.json");
const isRewriting = process.env["CATALYST_REWRITE"] === "1";
const parallel = 4;

type Difference =
  | "blank lines alone"
  | "another output"
  | "an error in Helm 3 alone"
  | "an error in Helm 4 alone";

/** Undefined where both print the same, or both end with an error: these are worded otherwise throughout. */
function differenceOf(four: string, three: string): Difference | undefined {
  const [isWrong4, isWrong3] = [four, three].map((text) => text.startsWith("Error: "));
  if (isWrong4 && isWrong3) return undefined;
  if (isWrong3) return "an error in Helm 3 alone";
  if (isWrong4) return "an error in Helm 4 alone";
  if (four === three) return undefined;
  return withoutBlankLines(four) === withoutBlankLines(three) ? "blank lines alone" : "another output";
}

function withoutBlankLines(text: string): string {
  return text.replace(/ +$/gm, "").replace(/\n{2,}/g, "\n");
}

describe.skipIf(!(await available(import.meta.filename, "helm3")))("Helm 3 renders as Helm 4", () => {
  test("but for what docs/reference/helm-versions.md says", { timeout: 1_200_000 }, async () => {
    const found: Record<string, Difference> = {};
    const waiting = goldenCases();
    const next = async (): Promise<void> => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const three = await renderWithHelm(programPath("helm3"), one.folder, one.options);
        const difference = differenceOf(readFileSync(one.golden, "utf8"), three);
        if (difference !== undefined) found[one.title] = difference;
      }
    };
    await Promise.all(Array.from({ length: parallel }, next));
    const sorted = Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (isRewriting) writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
    expect(sorted).toEqual(JSON.parse(readFileSync(file, "utf8")));
  });
});
