import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readCount, readWords, refuseWords } from "../../command-line.ts";
import { type FoundChart, findCharts } from "./find.ts";
import { rendererNamed } from "./renderers.ts";
import { printChart, printSum, printTable } from "./report.ts";
import { type ChartParity, compareChart } from "./run.ts";

const usage =
  "npm run parity:helm -- [--with DIR] [--only NAME] [--limit 24] [--jobs 2] [--subject catalyst] [--judge helm] " +
  "[--json FILE] [--table FILE] DIR…";

/**
 * Renders every chart below the folders with ours and with the real helm and compares them to the byte. Dependencies that
 * a chart lacks are taken from the same folders and those of `--with`. `--subject helm3` compares helm with itself. Ends
 * with 1 when something differs, 2 on wrong usage.
 */
const { values, positionals } = readWords(
  {
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
  },
  usage,
);
const absent = [...positionals, ...values.with].find((path) => !existsSync(path));
if (positionals.length === 0) refuseWords("which folders?", usage);
if (absent !== undefined) refuseWords(`there is no ${absent}`, usage);
const limit = readCount("limit", values.limit, usage, 1);
const jobs = readCount("jobs", values.jobs, usage, 1);

const charts = unique(positionals.flatMap((path) => findCharts(resolve(path))));
// a folder of further ones may hold those of many publishers: what they depend on is told by its repository alone
const further = values.with
  .flatMap((path) => findCharts(resolve(path)))
  .map((one) => ({ ...one, from: one.path }));
const pool = unique([...further, ...charts]);
const wanted = charts.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
const options = {
  pool,
  subject: await rendererNamed(values.subject),
  judge: await rendererNamed(values.judge),
  limit,
  jobs,
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
