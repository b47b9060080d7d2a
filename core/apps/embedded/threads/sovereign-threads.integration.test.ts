import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { loadChartFolder, packageChart } from "@catalyst/charts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sovereignJobs } from "./jobs.ts";
import { openSovereignThreads } from "./sovereign-threads.ts";

const chartFolder = join(import.meta.dirname, "../../../../platform/static-site/chart");

describe("the Sovereign's threads", () => {
  const threads = openSovereignThreads({ limit: 1 });
  let archive: Uint8Array;
  beforeAll(async () => {
    archive = packageChart(await loadChartFolder(chartFolder)).bytes;
  });
  afterAll(() => threads.close());

  const job = (change: object = {}) => ({
    archive,
    archiveDigest: sha256Hex(archive),
    chartVersion: "1.0.0+abc",
    release: {
      name: "site",
      namespace: "site",
      revision: 1,
      isUpgrade: false,
      firstDeployed: undefined,
      labels: {},
      applyMethod: "ssa" as const,
    },
    values: {},
    served: { version: { gitVersion: "v1.36.3", major: "1", minor: "36" }, apiVersions: ["v1"] },
    crds: "Skip" as const,
    former: undefined,
    lookups: new Map<string, unknown>(),
    seed: "acme-dev/site",
    now: 0,
    skipSchema: false,
    postRenderStrategy: "combined" as const,
    postRenderers: [],
    commonMetadata: undefined,
    originLabels: { origin: "a" },
    ...change,
  });

  it("offer every job there is", () => {
    expect(Object.keys(threads.work).sort()).toEqual(Object.keys(sovereignJobs).sort());
  });

  it("render what this thread renders", async () => {
    const rendered = await threads.work.renderRelease(job());
    expect(rendered).toEqual(sovereignJobs.renderRelease(job()));
    expect(rendered).toMatchObject({ outcome: "rendered" });
    if (rendered.outcome !== "rendered") return;
    expect(rendered.documents).toEqual(await threads.work.readManifest(rendered.record.manifest));
  });

  it("say what is wrong with the same code, place and cause", async () => {
    const thrown = (work: () => unknown): unknown => {
      try {
        return work();
      } catch (error) {
        return error;
      }
    };
    const wrong = job({ archive: new Uint8Array(8), archiveDigest: "not a chart" });
    const manifest = "a: 1\nb: [\n";
    const [badChart, badYaml] = [
      thrown(() => sovereignJobs.renderRelease(wrong)),
      thrown(() => sovereignJobs.readManifest(manifest)),
    ];
    expect(badChart).toBeInstanceOf(CatalystError);
    expect(badYaml).toMatchObject({ code: "yaml-invalid", place: { line: expect.any(Number) } });
    await expect(threads.work.renderRelease(wrong)).rejects.toEqual(badChart);
    await expect(threads.work.readManifest(manifest)).rejects.toEqual(badYaml);
  });

  it("pack what they unpack", async () => {
    const names = (await readdir(chartFolder)).filter((name) => name.endsWith(".yaml"));
    const files = await Promise.all(
      names.map(async (path) => ({
        path,
        bytes: new Uint8Array(await readFile(join(chartFolder, path))),
        executable: false,
      })),
    );
    const layer = await threads.work.packFiles(files);
    const { files: unpacked } = await threads.work.repackLayer({ layer, ignore: "values.yaml" });
    expect(unpacked.map(({ path }) => path)).toEqual(names.filter((name) => name !== "values.yaml").sort());
  });
});
