import { shrink } from "../../../charts/fuzz/shrink.ts";
import { readFuzzRun } from "../../../fuzz-run.ts";
import { build } from "../../../lab/build.ts";
import { componentNamed, programPath } from "../../../lab/lab.ts";
import { agrees } from "../../comparison.ts";
import type { FuzzCase } from "./case.ts";
import { compareCase, findDifferences } from "./run.ts";
import { smallerCases } from "./smaller-cases.ts";

/**
 * Builds random patches of random objects with the real program and with ours and prints where they differ, each made as
 * small as can be.
 */
const run = readFuzzRun("fuzz:patches", 1000);
const print = (text: string) => process.stdout.write(`${text}\n`);

await build(componentNamed("kustomize"));
const program = programPath("kustomize");
const { cases, refused, differences } = await findDifferences(program, run, report, (counted) => {
  if (counted.cases % 800 === 0) print(`${counted.cases} cases, ${counted.differences} differences`);
});
print(`seed ${run.seed}: ${cases} cases, ${refused} refused by both; ${differences} differences`);
process.exitCode = differences === 0 ? 0 : 1;

async function report(number: number, one: FuzzCase): Promise<void> {
  const differs = async (files: FuzzCase) => !agrees(await compareCase(program, files));
  const smallest = await shrink(one, smallerCases, differs, 120);
  const { verdict, detail } = await compareCase(program, smallest);
  print(`\n#${number} ${verdict}\n${detail.replace(/^/gm, "    ")}`);
  for (const [path, text] of smallest) if (text.trim() !== "") print(`-- ${path} --\n${text}`);
}
