import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  loadChartFolder,
  newReleaseRecord,
  packageChart,
  readReleaseSecret,
  releaseSecret,
  releaseSelector,
  renderChart,
} from "@catalyst/charts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available } from "./available.ts";
import { type Lab, programPath, startLab } from "./lab.ts";

const names = ["kube-apiserver", "kubectl", "helm"];
const chartFolder = join(import.meta.dirname, "../charts/installable/chart");

describe.skipIf(!(await available(import.meta.filename, ...names)))("releases and the real helm", () => {
  let lab: Lab;
  const run = (program: string, words: readonly string[], input?: string) =>
    execFileSync(programPath(program), [...words, "--kubeconfig", lab.fact("kube-apiserver", "kubeconfig")], {
      encoding: "utf8",
      input,
    });
  const helm = (...words: string[]) => run("helm", words);
  const helmJson = (...words: string[]): unknown => JSON.parse(helm(...words, "--output", "json"));

  beforeAll(async () => {
    lab = await startLab(names);
  });
  afterAll(() => lab?.stop());

  test("helm lists, shows and uninstalls a release written here", async () => {
    const chart = await loadChartFolder(chartFolder);
    for (const version of [1, 2]) {
      const rendered = renderChart({
        chart,
        values: { color: "red" },
        release: { name: "ours", namespace: "default", revision: version, isUpgrade: version > 1 },
      });
      const record = newReleaseRecord({
        chart,
        rendered,
        name: "ours",
        namespace: "default",
        version,
        config: { color: "red" },
        status: version === 1 ? "superseded" : "deployed",
        description: version === 1 ? "Install complete" : "Upgrade complete",
        now: Date.now(),
      });
      run(
        "kubectl",
        ["create", "-f", "-"],
        JSON.stringify(await releaseSecret(record, "default", Date.now())),
      );
      run("kubectl", ["apply", "-f", "-"], record.manifest);
    }
    expect(helmJson("list")).toMatchObject([
      {
        name: "ours",
        namespace: "default",
        revision: "2",
        status: "deployed",
        chart: "installable-1.4.0",
        app_version: "9",
      },
    ]);
    expect(helmJson("history", "ours")).toMatchObject([
      { revision: 1, status: "superseded", description: "Install complete" },
      { revision: 2, status: "deployed", description: "Upgrade complete" },
    ]);
    expect(helmJson("get", "values", "ours")).toEqual({ color: "red" });
    expect(helm("get", "manifest", "ours")).toContain("color: red");
    expect(helm("get", "notes", "ours")).toContain("Painted red.");
    expect(helm("get", "hooks", "ours")).toContain("name: ours-check");
    helm("rollback", "ours", "1");
    helm("uninstall", "ours");
    expect(helmJson("list")).toEqual([]);
  });

  test("what helm installs from a package made here is read here", async () => {
    const packed = packageChart(await loadChartFolder(chartFolder));
    const archive = join(lab.folder, packed.name);
    writeFileSync(archive, packed.bytes);
    helm("install", "theirs", archive, "--set", "color=blue", "--labels", "team=a", "--no-hooks");
    const list = JSON.parse(
      run("kubectl", ["get", "secret", "-l", releaseSelector("theirs"), "-o", "json"]),
    ) as { items: Parameters<typeof readReleaseSecret>[0][] };
    const [record] = list.items.map(readReleaseSecret);
    expect(record).toMatchObject({
      name: "theirs",
      namespace: "default",
      version: 1,
      info: { status: "deployed", description: "Install complete" },
      chart: { metadata: { name: "installable", version: "1.4.0" } },
      config: { color: "blue" },
      labels: { team: "a" },
      hooks: [{ name: "theirs-check", events: ["pre-install"], weight: 2 }],
    });
    const rendered = renderChart({
      chart: await loadChartFolder(chartFolder),
      values: { color: "blue" },
      release: { name: "theirs", namespace: "default" },
    });
    expect(record?.info.notes).toBe(rendered.notes);
    for (const { content } of rendered.manifests) expect(record?.manifest).toContain(content);
  });
});
