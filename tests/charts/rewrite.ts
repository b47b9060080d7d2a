import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "../lab/build.ts";
import { componentNamed, programPath } from "../lab/lab.ts";
import { goldenCases } from "./cases.ts";
import { runHelm } from "./chart-programs.ts";
import { renderWithHelm } from "./helm.ts";
import { lintCases } from "./lint-cases.ts";
import { inSchemaOrder } from "./schema-order.ts";

/** Makes the golden files again with the real program: `node tests/charts/rewrite.ts`. */
await build(componentNamed("helm"));
const cases = goldenCases();
const checks = lintCases();
for (const folder of new Set([...cases, ...checks].map(({ golden }) => dirname(golden)))) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
for (const { folder, golden, options } of cases) {
  writeFileSync(golden, inSchemaOrder(await renderWithHelm(programPath("helm"), folder, options)));
}
for (const { words, golden, write } of checks) {
  const folder = mkdtempSync(join(tmpdir(), "chart-lint-"));
  write(folder);
  const { stdout, stderr } = await runHelm(words, folder);
  // The sum of a failed check is an error; what helm logs besides isn't compared.
  const [sum = ""] = /^Error: \d+ chart\(s\) linted.*\n/m.exec(stderr) ?? [];
  writeFileSync(golden, `${stdout}${sum}`.replaceAll(`${folder}/`, ""));
  rmSync(folder, { recursive: true });
}
