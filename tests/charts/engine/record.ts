import { writeFileSync } from "node:fs";
import { openRealEngine } from "./real-engine.ts";
import { caseFiles, casesOf, goldenFile } from "./recorded.ts";

/** Asks Helm's engine for the answers to all cases again: `node tests/charts/engine/record.ts`. */
const engine = await openRealEngine();
for (const file of caseFiles) {
  const cases = [...casesOf(file)];
  const answers = await Promise.all(cases.map(([, one]) => engine.render(one)));
  const golden = Object.fromEntries(cases.map(([title], index) => [title, answers[index]]));
  writeFileSync(goldenFile(file), `${JSON.stringify(golden, undefined, 1)}\n`);
}
engine.close();
