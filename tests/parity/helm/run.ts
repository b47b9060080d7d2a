import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareOutputs } from "./compare.ts";
import { type FoundChart, loadFound } from "./find.ts";
import type { Render, Renderer } from "./renderers.ts";
import { stageChart } from "./stage.ts";
import { type Variation, variationsOf } from "./variations.ts";

export interface ParityOptions {
  /** Charts that dependencies may be taken from. */
  readonly pool: readonly FoundChart[];
  /** What is judged. */
  readonly subject: Renderer;
  /** What it is judged by. */
  readonly judge: Renderer;
  /** Single changes of values for each chart. */
  readonly limit: number;
  /** Renderings by the judge that run at once. */
  readonly jobs: number;
}

export interface Difference {
  readonly variation: string;
  readonly text: string;
}

/** What the comparison of one chart gave. */
export interface ChartParity {
  readonly path: string;
  /** The folder that was searched. */
  readonly from: string;
  readonly chart: string;
  readonly version: string;
  /** Why nothing was rendered. */
  readonly skipped?: string;
  /** What was changed in the chart to render it: its dependencies. */
  readonly changes: readonly string[];
  readonly renders: number;
  /** Renderings that both end with the same error. */
  readonly errors: number;
  /** Renderings that are the same but for what the judge itself gives anew at every run. */
  readonly chance: number;
  readonly differences: readonly Difference[];
  /** Milliseconds for all renderings. */
  readonly took: { readonly subject: number; readonly judge: number };
}

const nothing = {
  changes: [],
  renders: 0,
  errors: 0,
  chance: 0,
  differences: [],
  took: { subject: 0, judge: 0 },
};

/**
 * Renders one chart in every variation with both and compares what they give. A chart that can't be made ready, or that
 * a program can't be run on to the end, is skipped: the others of a long run still get their turn.
 */
export async function compareChart(found: FoundChart, options: ParityOptions): Promise<ChartParity> {
  const scratch = mkdtempSync(join(tmpdir(), "chart-parity-"));
  const about = { path: found.path, from: found.from, chart: found.name, version: found.version };
  try {
    const staged = await stageChart(found, options.pool, scratch);
    if ("skipped" in staged) return { ...nothing, ...about, skipped: staged.skipped };
    const chart = await loadFound(staged.path).catch(() => undefined);
    const variations = variationsOf(chart, ciFilesOf(found.path), options.limit);
    const compared = await compareAll(staged.path, variations, options);
    return { ...nothing, ...about, changes: staged.changes, renders: variations.length, ...compared };
  } catch (error) {
    return { ...nothing, ...about, skipped: (error as Error).message };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function compareAll(
  path: string,
  variations: readonly Variation[],
  { subject, judge, jobs }: ParityOptions,
) {
  const took = { subject: 0, judge: 0 };
  const [ours, theirs] = [
    timed(await subject.open(path), (spent) => (took.subject += spent)),
    timed(await judge.open(path), (spent) => (took.judge += spent)),
  ];
  const differences: Difference[] = [];
  let [errors, chance] = [0, 0];
  await each(variations, jobs, async ({ title, options }) => {
    const given = await theirs(options);
    const made = await ours(options);
    const verdict = await compareOutputs(made, given, () => theirs(options));
    if (verdict.kind === "different") differences.push({ variation: title, text: verdict.difference });
    else if (verdict.kind === "same but for chance") chance++;
    if (verdict.kind !== "different" && given.startsWith("Error: ")) errors++;
  });
  return { differences, errors, chance, took };
}

function timed(render: Render, spend: (milliseconds: number) => void): Render {
  return async (options) => {
    const started = performance.now();
    const output = await render(options);
    spend(performance.now() - started);
    return output;
  };
}

/** Calls `work` with every item, `jobs` at once. */
async function each<T>(items: readonly T[], jobs: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

/** A chart's values for continuous integration, by file, as chart-testing finds them. */
function ciFilesOf(path: string): ReadonlyMap<string, string> {
  const folder = join(path, "ci");
  if (path.endsWith(".tgz") || !existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith("-values.yaml"));
  return new Map(names.sort().map((name) => [`ci/${name}`, readFileSync(join(folder, name), "utf8")]));
}
