import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "../lab/build.ts";
import { componentNamed, programPath } from "../lab/lab.ts";
import { goldenCases } from "./cases.ts";
import { renderWithHelm } from "./helm.ts";
import { inSchemaOrder } from "./schema-order.ts";

/** Makes the golden files again with the real program: `node tests/charts/rewrite.ts`. */
await build(componentNamed("helm"));
const cases = goldenCases();
for (const folder of new Set(cases.map(({ golden }) => dirname(golden)))) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
for (const { folder, golden, options } of cases) {
  writeFileSync(golden, inSchemaOrder(await renderWithHelm(programPath("helm"), folder, options)));
}
