import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type FoundChart, findCharts } from "./find.ts";
import { rendererNamed } from "./renderers.ts";
import { printChart, printSum, printTable } from "./report.ts";
import { type ChartParity, compareChart } from "./run.ts";

/**
 * Renders every chart below the folders with ours and with the real helm and compares them to the byte:
 * `npm run parity:helm -- [--with DIR] [--only NAME] [--limit 24] [--jobs 2] [--subject catalyst] [--judge helm]
 * [--json FILE] [--table FILE] DIR…`. Dependencies that a chart lacks are taken from the same folders and those of
 * `--with`. `--subject helm3` compares helm with itself. Ends with 1 when something differs, 2 on wrong usage.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    with: { type: "string", multiple: true, default: [] },
    only: { type: "string", multiple: true, default: [] },
    limit: { type: "string", default: "24" },
    jobs: { type: "string", default: "2" },
    subject: { type: "string", default: "catalyst" },
    judge: { type: "string", default: "helm" },
    json: { type: "string" },
    table: { type: "string" },
  },
});
const absent = [...positionals, ...values.with].find((path) => !existsSync(path));
if (positionals.length === 0 || absent !== undefined) {
  process.stderr.write(
    absent === undefined ? "Which folders? npm run parity:helm -- DIR…\n" : `There is no ${absent}.\n`,
  );
  process.exit(2);
}

const charts = unique(positionals.flatMap((path) => findCharts(resolve(path))));
const pool = [...charts, ...values.with.flatMap((path) => findCharts(resolve(path)))];
const wanted = charts.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
const options = {
  pool,
  subject: await rendererNamed(values.subject),
  judge: await rendererNamed(values.judge),
  limit: Number(values.limit),
  jobs: Number(values.jobs),
};

const results: ChartParity[] = [];
for (const chart of wanted) {
  const result = await compareChart(chart, options);
  process.stdout.write(printChart(result));
  results.push(result);
}
process.stdout.write(printSum(results));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
if (values.table !== undefined) writeFileSync(values.table, printTable(results));
process.exitCode = results.some(({ differences }) => differences.length > 0) ? 1 : 0;

/** The same chart may lie in more than one of the folders. */
function unique(found: readonly FoundChart[]): FoundChart[] {
  return [...new Map(found.map((one) => [one.path, one])).values()];
}
