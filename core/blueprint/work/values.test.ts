import { digestOf } from "@catalyst/base/digest";
import { loadChart, packageChart } from "@catalyst/charts";
import { describe, expect, it } from "vitest";
import { describeValues, explainValues } from "./values.ts";

function packed(files: Readonly<Record<string, string>>) {
  const all = Object.entries({ "Chart.yaml": "apiVersion: v2\nname: bp-web\nversion: 1.0.0\n", ...files });
  const { bytes } = packageChart(loadChart(new Map(all.map(([name, text]) => [name, Buffer.from(text)]))));
  return { archive: bytes, archiveDigest: digestOf(bytes) };
}

const web = packed({
  "Chart.yaml":
    'apiVersion: v2\nname: bp-web\nversion: 1.0.0\ndependencies:\n- {name: db, version: "*", condition: db.enabled}\n',
  "values.yaml":
    "# -- Which image\nimage:\n  tag: v1\nhosts: []\nresources:\n  limits: {}\ndb:\n  enabled: true\n",
  "values.schema.json": '{"properties": {"image": {"properties": {"tag": {"enum": ["v1", "v2"]}}}}}',
  "templates/a.yaml":
    "image: {{ .Values.image.tag }}\nhosts: {{ range .Values.hosts }}\n- {{ .name }}{{ end }}\n{{ toYaml .Values.resources }}\n",
  "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
  "charts/db/values.yaml": "\nport: 3306\n",
  "charts/db/templates/d.yaml": "port: {{ .Values.port }}\n",
});

const places = (wanted: Parameters<typeof explainValues>[0]["wanted"], values = {}, chart = web) =>
  explainValues({ ...chart, values, wanted }).values.map((value) => ({
    path: value.path.join("."),
    reads: value.reads.map(({ path, file, line }) => `${path} ${file}:${line}`),
    ...(value.default === undefined ? {} : { default: `${value.default.file}:${value.default.line}` }),
  }));

describe("explainValues", () => {
  it.each<[string, string[], string | undefined]>([
    ["image.tag", ["image.tag chart/templates/a.yaml:1"], "chart/values.yaml:3"],
    ["image", ["image.tag chart/templates/a.yaml:1"], "chart/values.yaml:2"],
    ["resources.limits.cpu", ["resources chart/templates/a.yaml:4"], undefined],
    ["resources.limits", ["resources chart/templates/a.yaml:4"], "chart/values.yaml:6"],
    [
      "hosts",
      ["hosts chart/templates/a.yaml:2", "hosts.*.name chart/templates/a.yaml:3"],
      "chart/values.yaml:4",
    ],
    ["hosts.0.name", ["hosts.*.name chart/templates/a.yaml:3"], undefined],
    ["db.port", ["db.port chart/charts/db/templates/d.yaml:1"], "chart/charts/db/values.yaml:2"],
    ["unread", [], undefined],
  ])("says what reads %s and where its default is", (path, reads, place) => {
    expect(places({ paths: [path.split(".")] })).toEqual([
      { path, reads, ...(place === undefined ? {} : { default: place }) },
    ]);
  });

  it("follows a subchart only where the values let it take part", () => {
    expect(places({ paths: [["db", "port"]] }, { db: { enabled: false } })[0]?.reads).toEqual([]);
  });

  it("gives what is read at all page by page, searched by words", () => {
    const page = (words: readonly string[], after: string, limit: number) => {
      const { values, ...rest } = explainValues({ ...web, values: {}, wanted: { words, after, limit } });
      return { ...rest, paths: values.map(({ path }) => path.join(".")) };
    };
    expect(page([], "", 2)).toEqual({ total: 5, isEnd: false, paths: ["db.port", "hosts"] });
    expect(page([], "hosts", 10)).toEqual({
      total: 5,
      isEnd: true,
      paths: ["hosts.*.name", "image.tag", "resources"],
    });
    expect(page(["tag", "im"], "", 10)).toEqual({ total: 1, isEnd: true, paths: ["image.tag"] });
  });

  it("tells the first hundred of many places, and how many there are", () => {
    const chart = packed({ "templates/a.yaml": "{{ .Values.a }}\n".repeat(150) });
    const [value] = explainValues({ ...chart, values: {}, wanted: { paths: [["a"]] } }).values;
    expect(value).toMatchObject({ readsTotal: 150 });
    expect(value?.reads).toHaveLength(100);
  });
});

describe("a chart that can't be explained", () => {
  const hostile = packed({
    "templates/a.yaml":
      '{{ define "t" }}{{ include "t" .a }}{{ include "t" .b }}{{ end }}{{ if false }}{{ include "t" .Values }}{{ end }}',
  });
  const refusal = () => {
    try {
      return explainValues({ ...hostile, values: {}, wanted: { paths: [["a"]] } });
    } catch (error) {
      return error;
    }
  };

  it("is tried once, and each question gets the reason", () => {
    const first = refusal();
    expect(first).toMatchObject({ code: "chart-limit" });
    expect(refusal()).toBe(first);
  });
});

describe("describeValues", () => {
  it("takes comments and the chart's own schema", () => {
    expect(describeValues(web)).toMatchObject({
      properties: {
        image: {
          description: "Which image",
          properties: { tag: { type: "string", enum: ["v1", "v2"], default: "v1" } },
        },
      },
    });
  });
  it("describes nothing where there are no values", () => {
    expect(describeValues(packed({ "templates/a.yaml": "a: 1\n" }))).toEqual({ type: "object" });
  });
});
