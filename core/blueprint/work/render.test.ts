import { digestOf } from "@catalyst/base/digest";
import { loadChart, packageChart } from "@catalyst/charts";
import { expect, test } from "vitest";
import { renderObjects } from "./render.ts";

const chart = {
  "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
  "templates/a.yaml": `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {on: yes}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {size: "1"}}
`,
};

test("a plan shows objects as Flux applies them: lists taken apart, and yes a text", () => {
  const files = Object.entries(chart).map(([name, text]) => [name, Buffer.from(text)] as const);
  const { bytes } = packageChart(loadChart(new Map(files)));
  const outcome = renderObjects({
    ...{ archive: bytes, archiveDigest: digestOf(bytes), name: "web", revision: 1, isUpgrade: false },
    ...{ values: {}, seed: "a", served: undefined, crds: "Create", lookups: new Map() },
  });
  const configMap = (name: string, data: object) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data,
  });
  expect(outcome).toEqual({
    outcome: "rendered",
    objects: [configMap("a", { on: "yes" }), configMap("b", { size: "1" })],
  });
});
