import { loadChart } from "@catalyst/charts";
import { expect, test } from "vitest";
import { variationsOf } from "./variations.ts";

const text = (source: string) => new TextEncoder().encode(source);
const chart = loadChart(
  new Map([
    ["Chart.yaml", text("apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, alias: sub}]\n")],
    [
      "values.yaml",
      text('enabled: true\nservice: {type: ClusterIP}\nempty: ""\nlist: []\nmap: {}\nsub: {x: false}\n'),
    ],
    ["values.schema.json", text('{"properties": {"level": {"enum": ["low", "high"]}}}')],
    ["charts/b/Chart.yaml", text("apiVersion: v2\nname: b\nversion: 1.0.0\n")],
    ["charts/b/values.yaml", text("live: true\n")],
  ]),
);
const titles = (limit: number) =>
  variationsOf(chart, new Map([["ci/x-values.yaml", "enabled: false\n"]]), limit);

test("a chart is rendered with its defaults, its own files, all booleans and empty values changed, and single changes", () => {
  expect(titles(20).map(({ title }) => title)).toEqual([
    "defaults",
    "notes",
    "another cluster",
    "ci/x-values.yaml",
    "every boolean true",
    "every boolean false",
    "every empty value filled",
    "enabled=false",
    "sub.live=false",
    "sub.x=true",
    'service.type="NodePort"',
    'service.type="LoadBalancer"',
    'level="low"',
    'level="high"',
  ]);
});

test("changes reach into the values by their place, a subchart's by its alias", () => {
  const values = titles(20).map(({ options }) => options.values);
  expect(values).toContainEqual({ enabled: true, sub: { x: true, live: true } });
  expect(values).toContainEqual({ empty: "text", list: ["item"], map: { key: "value" } });
  expect(values).toContainEqual({ service: { type: "NodePort" } });
});

test("single changes are bounded, spread over all there are, and the same at every run", () => {
  const few = titles(2).map(({ title }) => title);
  expect(few.slice(7)).toEqual(["enabled=false", 'service.type="NodePort"']);
  expect(titles(2)).toEqual(titles(2));
});

test("a chart that can't be loaded is still rendered, for its error", () => {
  expect(variationsOf(undefined, new Map(), 5).map(({ title }) => title)).toEqual([
    "defaults",
    "notes",
    "another cluster",
  ]);
});
