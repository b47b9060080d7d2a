import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCharts } from "./find.ts";
import { catalyst, type Renderer } from "./renderers.ts";
import { compareChart } from "./run.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parity-run-"));
  mkdirSync(join(folder, "app", "templates"), { recursive: true });
  writeFileSync(join(folder, "app", "Chart.yaml"), "apiVersion: v2\nname: app\nversion: 1.0.0\n");
  writeFileSync(join(folder, "app", "values.yaml"), "enabled: true\n");
  writeFileSync(join(folder, "app", "templates", "a.yaml"), "enabled: {{ .Values.enabled }}\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function compareWith(judge: Renderer) {
  const pool = findCharts(folder);
  const [found] = pool;
  if (found === undefined) throw new Error("the chart wasn't found");
  return compareChart(found, { pool, subject: catalyst, judge, limit: 4, jobs: 2 });
}

test("a chart rendered alike has no difference", async () => {
  expect(await compareWith(catalyst)).toMatchObject({ chart: "app", renders: 7, differences: [] });
});

test("a chart rendered otherwise tells in which variation", async () => {
  const other: Renderer = {
    name: "other",
    open: async (path) => {
      const render = await catalyst.open(path);
      return async (options) => (await render(options)).replace("enabled: false", "enabled: no");
    },
  };
  const { differences } = await compareWith(other);
  expect(differences.map(({ variation }) => variation)).toEqual(["every boolean false", "enabled=false"]);
});

test("a chart that a program can't be run on is skipped with the reason", async () => {
  const broken: Renderer = {
    name: "broken",
    open: async () => async () => {
      throw new Error("stdout maxBuffer length exceeded");
    },
  };
  expect(await compareWith(broken)).toMatchObject({
    renders: 0,
    skipped: "stdout maxBuffer length exceeded",
  });
});
