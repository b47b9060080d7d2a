import { describe, expect, test } from "vitest";
import { loadChart, newReleaseRecord, readReleaseSecret, releaseSecret, renderChart } from "../index.ts";
import { hooksOf, isDeletedAt, isKept } from "./hooks.ts";
import { decodeRelease, encodeRelease } from "./storage.ts";

const chart = loadChart(
  new Map(
    Object.entries({
      "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.0.0\nappVersion: '2'\n",
      "values.yaml": "a: 1\n",
      "templates/a.yaml": "kind: ConfigMap\nmetadata: {name: a}\n",
      "templates/hook.yaml": "kind: Job\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n",
      "templates/NOTES.txt": "Notes of {{ .Release.Name }}",
    }).map(([name, text]) => [name, Buffer.from(text)]),
  ),
);

function record(of = chart) {
  const rendered = renderChart({ chart: of, release: { name: "app", namespace: "shop" } });
  return newReleaseRecord({
    chart: of,
    rendered,
    name: "app",
    namespace: "shop",
    version: 3,
    config: { a: 2 },
    status: "deployed",
    description: "Install complete",
    now: 1_700_000_000_000,
    applyMethod: "ssa",
  });
}

test("a record has of a lock what helm reads of it", () => {
  const lock =
    'strange: field\ndigest: sha256:1\ndependencies: [{repository: "https://a", name: db, more: x}]\n';
  const files = [...chart.raw, { name: "Chart.lock", data: Buffer.from(lock) }];
  const locked = loadChart(new Map(files.map(({ name, data }) => [name, data])));
  expect(record(locked).chart["lock"]).toEqual({
    generated: "0001-01-01T00:00:00Z",
    digest: "sha256:1",
    dependencies: [{ name: "db", repository: "https://a" }],
  });
});

describe("releaseSecret", () => {
  const written = releaseSecret({ ...record(), labels: { team: "a" } }, "shop", 1_700_000_000_000);

  test("has the name, type and labels by which helm finds it", async () => {
    expect(await written).toMatchObject({
      metadata: {
        name: "sh.helm.release.v1.app.v3",
        namespace: "shop",
        labels: {
          name: "app",
          owner: "helm",
          status: "deployed",
          version: "3",
          createdAt: "1700000000",
          team: "a",
        },
      },
      type: "helm.sh/release.v1",
    });
  });

  test("reads back as it was written, its own labels with it", async () => {
    expect(readReleaseSecret(await written)).toEqual({ ...record(), labels: { team: "a" } });
  });

  test("is the same for the same record", async () => {
    expect(await encodeRelease(record())).toBe(await encodeRelease(record()));
  });

  test("refuses a Secret that holds something else", () => {
    expect(() => readReleaseSecret({ data: {} })).toThrow("holds no release");
    expect(() => decodeRelease("bm90IGpzb24=")).toThrow("can't be read");
  });
});

describe("hooks", () => {
  const hook = (name: string, weight: number, deletePolicies: string[] = []) =>
    ({ name, weight, events: ["pre-install"], deletePolicies }) as const;

  test("run by weight, then by name", () => {
    const hooks = [hook("b", 0), hook("a", 0), hook("z", -5)];
    expect(hooksOf(hooks, "pre-install").map(({ name }) => name)).toEqual(["z", "a", "b"]);
    expect(hooksOf(hooks, "post-install")).toEqual([]);
  });

  test("go before the next run unless they say otherwise", () => {
    expect(isDeletedAt(hook("a", 0), "before-hook-creation")).toBe(true);
    expect(isDeletedAt(hook("a", 0, ["hook-succeeded"]), "before-hook-creation")).toBe(false);
    expect(isDeletedAt(hook("a", 0, ["hook-succeeded"]), "hook-succeeded")).toBe(true);
  });

  test("an object with the policy keep stays", () => {
    expect(isKept({ "helm.sh/resource-policy": " Keep " })).toBe(true);
    expect(isKept({})).toBe(false);
  });
});
