import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  loadChartFolder,
  newReleaseRecord,
  readReleaseSecret,
  releaseSecret,
  renderChart,
} from "@catalyst/charts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goldenCases, withCaseFolder } from "../charts/cases.ts";
import { runHelm } from "../charts/chart-programs.ts";
import { available } from "./available.ts";

/** A release as helm prints it. */
interface PrintedRelease {
  readonly info: Readonly<Record<string, unknown>>;
  readonly chart: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Charts that can be installed as they are: the others have no record. */
const charts = goldenCases().filter(
  ({ options, golden }) =>
    Object.keys(options).length === 0 && !readFileSync(golden, "utf8").startsWith("Error:"),
);

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "a release's record is what helm makes",
  () => {
    let scratch = "";
    beforeAll(() => {
      scratch = mkdtempSync(join(tmpdir(), "release-records-"));
    });
    afterAll(() => rmSync(scratch, { recursive: true }));

    test.each(charts)("of $title", ({ folder, options }) =>
      withCaseFolder(folder, options, async (prepared) => {
        const words = ["install", "demo", prepared, "--dry-run=client", "--output", "json"];
        const { isDone, stdout, stderr } = await runHelm(words, scratch);
        if (!isDone) throw new Error(stderr);
        expect(comparable(await ownRelease(prepared))).toEqual(
          comparable(JSON.parse(stdout) as PrintedRelease),
        );
      }),
    );
  },
);

async function ownRelease(folder: string): Promise<PrintedRelease> {
  const chart = await loadChartFolder(folder);
  const release = { name: "demo", namespace: "default" };
  const record = newReleaseRecord({
    ...release,
    chart,
    rendered: renderChart({ chart, release }),
    version: 1,
    config: {},
    status: "pending-install",
    description: "Dry run complete",
    now: Date.now(),
    applyMethod: "ssa",
  });
  const stored = readReleaseSecret(await releaseSecret(record, "default", Date.now()));
  const { status, description, notes } = stored.info;
  return {
    ...release,
    version: stored.version,
    info: { status, description, ...(notes === "" ? {} : { notes }) },
    chart: stored.chart,
    config: stored.config,
    manifest: stored.manifest,
    hooks: stored.hooks.map((hook) => ({
      name: hook.name,
      kind: hook.kind,
      path: hook.path,
      manifest: hook.manifest,
      events: hook.events,
      weight: hook.weight,
      delete_policies: hook.deletePolicies,
      output_log_policies: hook.outputLogPolicies,
    })),
    apply_method: stored.applyMethod,
  };
}

/** Without times, which differ, and with what is empty as one of the ways in which it can be. */
function comparable({ info, chart, ...release }: PrintedRelease): unknown {
  const { first_deployed: _first, last_deployed: _last, ...said } = info;
  const hooks = ((release["hooks"] ?? []) as Record<string, unknown>[]).map(({ last_run: _, ...hook }) => ({
    weight: 0,
    delete_policies: [],
    output_log_policies: [],
    ...hook,
  }));
  return { config: {}, manifest: "", ...release, info: said, hooks, chart: comparableChart(chart) };
}

function comparableChart(chart: PrintedRelease["chart"]): unknown {
  const { modtime: _chart, schemamodtime: _schema, ...said } = chart;
  const files = (name: string) =>
    ((said[name] ?? []) as { name: string; data: string }[])
      .map(({ name: path, data }) => `${path} ${data}`)
      .sort();
  return { ...said, templates: files("templates"), files: files("files") };
}
