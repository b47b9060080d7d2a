import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findCharts, loadFound } from "./find.ts";
import { stageChart } from "./stage.ts";

let root: string;
let scratch: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "parity-stage-"));
  scratch = mkdtempSync(join(tmpdir(), "parity-scratch-"));
});
afterEach(() => {
  for (const folder of [root, scratch]) rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function writeChart(folder: string, version: string, dependencies = ""): void {
  const name = folder.split("/").at(-1);
  write(`${folder}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: ${version}\n${dependencies}`);
}

async function staged(name: string, publishers: readonly string[] = ["."]) {
  const pool = publishers.flatMap((folder) => findCharts(join(root, folder), folder));
  const found = pool.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  const result = await stageChart(found, pool, scratch);
  if ("skipped" in result) return result;
  const { dependencies, metadata } = await loadFound(result.path);
  return {
    changes: result.changes,
    inside: dependencies.map((one) => `${one.metadata.name} ${one.metadata.version}`),
    asked: metadata.dependencies.map((one) => `${one.name} ${one.version}`),
  };
}

test("missing dependencies come from the other charts, theirs with them", async () => {
  writeChart("app", "1.0.0", "dependencies: [{name: db, version: ^2.0.0}]\n");
  writeChart("old/db", "1.9.0");
  writeChart("new/db", "2.1.0", "dependencies: [{name: common, version: 1.x}]\n");
  writeChart("common", "1.4.0");
  expect(await staged("app")).toEqual({ changes: [], inside: ["db 2.1.0"], asked: ["db ^2.0.0"] });
});

test("a dependency at another version stands in, one that isn't there is left out, and both are told", async () => {
  writeChart("app", "1.0.0", "dependencies: [{name: db, version: 3.0.0}, {name: queue, version: 1.0.0}]\n");
  writeChart("db", "2.1.0");
  expect(await staged("app")).toEqual({
    changes: ["with db 2.1.0", "without queue"],
    inside: ["db 2.1.0"],
    asked: ["db 2.1.0"],
  });
});

test.each([
  ["https://charts.bitnami.com/bitnami", "db 2.1.0"],
  ["oci://registry-1.docker.io/bitnamicharts", "db 2.1.0"],
  ["@bitnami", "db 2.1.0"],
  ["https://bjw-s.github.io/helm-charts", "db 2.5.0"],
])("a dependency of another publisher is that of the repository %s", async (repository, inside) => {
  writeChart(
    "acme/app",
    "1.0.0",
    `dependencies: [{name: db, version: ^2.0.0, repository: "${repository}"}]\n`,
  );
  writeChart("bitnami/charts/db", "2.1.0");
  writeChart("bjw-s/helm-charts/db", "2.5.0");
  const seen = await staged("app", ["acme", "bitnami", "bjw-s"]);
  expect(seen).toEqual({ changes: [], inside: [inside], asked: ["db ^2.0.0"] });
});

test.each(["https://charts.elsewhere.example/db", "", "oci://ghcr.io/someone/charts"])(
  "another publisher's chart of the same name doesn't stand in for one of %j",
  async (repository) => {
    writeChart(
      "acme/app",
      "1.0.0",
      `dependencies: [{name: db, version: 2.x, repository: "${repository}"}]\n`,
    );
    writeChart("bitnami/charts/db", "2.1.0");
    const changes = ["without db (there is another publisher's)"];
    expect(await staged("app", ["acme", "bitnami"])).toEqual({ changes, inside: [], asked: [] });
  },
);

test("a publisher's own chart is taken without a repository", async () => {
  writeChart("acme/app", "1.0.0", "dependencies: [{name: db, version: 2.x}]\n");
  writeChart("acme/db", "2.0.0");
  writeChart("bitnami/db", "2.1.0");
  expect(await staged("app", ["acme", "bitnami"])).toMatchObject({ inside: ["db 2.0.0"] });
});

test("a link out of the chart is replaced by what it leads to", async () => {
  writeChart("app", "1.0.0");
  writeChart("library", "1.0.0");
  mkdirSync(join(root, "app/charts"));
  symlinkSync("../../library", join(root, "app/charts/library"));
  expect(await staged("app")).toEqual({ changes: [], inside: ["library 1.0.0"], asked: [] });
});

test("charts that depend on each other are skipped with the reason", async () => {
  writeChart("a", "1.0.0", "dependencies: [{name: b, version: 1.0.0}]\n");
  writeChart("b", "1.0.0", "dependencies: [{name: a, version: 1.0.0}]\n");
  expect(await staged("a")).toEqual({ skipped: "b: a: a depends on itself" });
});
