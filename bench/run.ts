import { globSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { describeError, isCatalystError } from "@catalyst/base/errors";
import { readCount, readWords, refuseWords } from "../tests/command-line.ts";
import { type Benchmark, type Side, type Spread, spreadOf } from "./benchmark.ts";
import { printRows, type Row, rowOf, withEarlier } from "./results.ts";

const usage = "npm run bench -- [--rounds 5] [--ours] [P1 P6 …]";

/**
 * Measures the benchmarks named, or all, beside their peers in the same run, prints a table and writes
 * `bench/results.json`, where other benchmarks keep what they had.
 */

// Ending by process.exit lets what a benchmark started be ended with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

const folder = import.meta.dirname;
const { values, positionals } = readWords(
  {
    allowPositionals: true,
    options: { rounds: { type: "string", default: "5" }, ours: { type: "boolean", default: false } },
  },
  usage,
);
const rounds = readCount("rounds", values.rounds, usage, 1);
const skipped: string[] = [];

async function load(): Promise<Benchmark[]> {
  const files = globSync("*.bench.ts", { cwd: folder }).sort();
  const found: Benchmark[] = [];
  for (const file of files) {
    const { benchmarks } = (await import(join(folder, file))) as { benchmarks: readonly Benchmark[] };
    found.push(...benchmarks);
  }
  const unknown = positionals.find((id) => !found.some((one) => one.id === id));
  if (unknown !== undefined) refuseWords(`there is no benchmark ${unknown}`, usage);
  const wanted = positionals.length === 0 ? found : found.filter(({ id }) => positionals.includes(id));
  return wanted.toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

/** Measures one side; the first round warms up and doesn't count unless it is the only one. */
async function measure(open: () => Promise<Side>, count: number): Promise<Map<string, number[]>> {
  const side = await open();
  const samples = new Map<string, number[]>();
  try {
    if (count > 1) await side.round();
    for (let round = 0; round < count; round++) {
      for (const [metric, value] of Object.entries(await side.round())) {
        samples.set(metric, [...(samples.get(metric) ?? []), value]);
      }
    }
  } finally {
    await side.close?.();
  }
  return samples;
}

async function spreads(benchmark: Benchmark, open: () => Promise<Side>): Promise<Map<string, Spread>> {
  const samples = await measure(open, Math.min(rounds, benchmark.rounds ?? rounds));
  const entries = [...samples].map(([metric, values]) => [metric, spreadOf(values)] as const);
  return new Map(entries.flatMap(([metric, spread]) => (spread === undefined ? [] : [[metric, spread]])));
}

async function peerOf(benchmark: Benchmark): Promise<Map<string, Spread>> {
  if (benchmark.peer === undefined || values.ours) return new Map();
  try {
    return await spreads(benchmark, () => benchmark.peer?.() as Promise<Side>);
  } catch (error) {
    if (!isCatalystError(error, "bench-peer-missing") && !isCatalystError(error, "lab-missing")) throw error;
    skipped.push(`skipped: the peer of ${benchmark.id} (${benchmark.title}): ${describeError(error)}`);
    return new Map();
  }
}

const rows: Row[] = [];
for (const benchmark of await load()) {
  process.stderr.write(`${benchmark.id}  ${benchmark.title} …\n`);
  const ours = await spreads(benchmark, () => benchmark.ours());
  const peer = await peerOf(benchmark);
  const own = Object.keys(benchmark.metrics).map((name) =>
    rowOf(benchmark, name, ours.get(name), peer.get(name)),
  );
  process.stdout.write(`${printRows(own)}\n`);
  rows.push(...own);
}
for (const line of skipped) process.stdout.write(`${line}\n`);

const machine = {
  processors: cpus().length,
  model: cpus()[0]?.model ?? "",
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${release()}`,
  node: process.version,
};
const results = join(folder, "results.json");
const earlier = JSON.parse(readFileSync(results, "utf8")) as { readonly rows: readonly Row[] };
writeFileSync(
  results,
  `${JSON.stringify({ machine, rounds, rows: withEarlier(rows, earlier.rows), skipped }, null, 2)}\n`,
);
