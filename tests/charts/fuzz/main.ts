import { readFuzzRun } from "../../fuzz-run.ts";
import type { EngineCase } from "../engine/case.ts";
import { openRealEngine } from "../engine/real-engine.ts";
import { compareCase } from "./compare.ts";
import { type Counted, findDifferences } from "./run.ts";
import { shrink } from "./shrink.ts";
import { smallerTemplates } from "./smaller-templates.ts";

/** Renders random templates with Helm's engine and with ours and prints where they differ, each made as small as can be. */
const run = readFuzzRun("fuzz:templates", 10_000);
const print = (text: string) => process.stdout.write(`${text}\n`);
/** Differences that were printed already, by their template without its literals. */
const known = new Map<string, number>();

// Half the cases end in errors, and to gather where each was thrown takes a fifth of the time.
Error.stackTraceLimit = 0;

const engine = await openRealEngine();
const started = performance.now();
const counted = await findDifferences(engine, run, report, tell);
const seconds = (performance.now() - started) / 1000;
print(
  `seed ${run.seed}: ${counted.cases} cases in ${seconds.toFixed(0)} s, ${counted.errors} of them errors, ` +
    `${counted.limits} past a limit, ${counted.chance} by chance, ${counted.told} as docs/engineers/limits.md tells; ${counted.differences} differences`,
);
engine.close();
process.exitCode = counted.differences === 0 ? 0 : 1;

/** Says how far the run is, every ten thousand cases. */
function tell({ cases, differences }: Counted): void {
  if (cases % 10_000 === 0) print(`${cases} cases, ${differences} differences`);
}

async function report(number: number, one: EngineCase): Promise<void> {
  const differs = async (template: string) => !(await compareCase(engine, { ...one, template })).isSame;
  const template = await shrink(one.template, smallerTemplates, differs, 400);
  const form = template.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""');
  const times = (known.get(form) ?? 0) + 1;
  known.set(form, times);
  if (times > 1) return;
  const { ours, theirs } = await compareCase(engine, { ...one, template });
  print(`\n#${number} ${JSON.stringify(template)}`);
  if (template.includes("Values")) print(`  values ${one.values}`);
  print(`  helm ${JSON.stringify(theirs)}\n  ours ${JSON.stringify(ours)}`);
}
