import { describe, expect, it } from "vitest";
import { openRealEngine } from "../charts/engine/real-engine.ts";
import { caseFiles, casesOf, recordedAnswers } from "../charts/engine/recorded.ts";
import { findDifferences } from "../charts/fuzz/run.ts";
import { available } from "./available.ts";

/** As many as take a quarter of a minute; `npm run fuzz:templates` goes on with other seeds. */
const run = { seed: 1, from: 0, cases: 5000 };

describe.skipIf(!(await available(import.meta.filename, "template-engine")))("Helm's own engine", () => {
  it.each(caseFiles)("answers as it was recorded: %s", async (file) => {
    const engine = await openRealEngine();
    try {
      const answers = recordedAnswers(file);
      for (const [title, one] of casesOf(file)) expect(await engine.render(one)).toEqual(answers[title]);
    } finally {
      engine.close();
    }
  });

  it("renders random templates as ours does", async () => {
    const engine = await openRealEngine();
    const differing: string[] = [];
    try {
      const counted = await findDifferences(engine, run, async (number, { template }) => {
        differing.push(`#${number} ${template}`);
      });
      expect(differing).toEqual([]);
      expect(counted.cases).toBe(run.cases);
    } finally {
      engine.close();
    }
  });
});
