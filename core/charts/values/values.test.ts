import { describe, expect, test } from "vitest";
import { loadChart, valueReads, valuesSchema } from "../index.ts";

const head = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

function readsOf(files: Readonly<Record<string, string>>, values?: object) {
  const all = Object.entries({ "Chart.yaml": head, ...files });
  const chart = loadChart(new Map(all.map(([name, text]) => [name, Buffer.from(text)])));
  const reads = valueReads({ chart, values });
  return Object.fromEntries(
    [...reads].map(([path, lines]) => [
      path,
      lines.map(({ file, line }) => `${file.replace(/^web\//, "")}:${line}`),
    ]),
  );
}

describe("valueReads", () => {
  test.each<[string, string, Record<string, string[]>]>([
    ["a field", "a:\n{{ .Values.a.b }}", { "a.b": ["templates/a.yaml:2"] }],
    ["a field of the root", "{{ with .Chart }}{{ $.Values.a }}{{ end }}", { a: ["templates/a.yaml:1"] }],
    [
      "a field below with",
      "{{ with .Values.a }}\n{{ .b }}{{ end }}",
      { a: ["templates/a.yaml:1"], "a.b": ["templates/a.yaml:2"] },
    ],
    [
      "elements of a range",
      "{{ range $k, $v := .Values.a }}\n{{ $v.b }}{{ .c }}{{ $k }}{{ end }}",
      {
        a: ["templates/a.yaml:1"],
        "a.*.b": ["templates/a.yaml:2"],
        "a.*.c": ["templates/a.yaml:2"],
        "a.*": [],
      },
    ],
    [
      "a variable",
      "{{ $a := .Values.a }}\n{{ $a.b }}",
      { a: ["templates/a.yaml:1"], "a.b": ["templates/a.yaml:2"] },
    ],
    [
      "a condition",
      "{{ if and .Values.a (not .Values.b) }}{{ else if .Values.c }}{{ end }}",
      { a: ["templates/a.yaml:1"], b: ["templates/a.yaml:1"], c: ["templates/a.yaml:1"] },
    ],
    [
      "an index by text",
      '{{ index .Values "a" "b-c" }}{{ get .Values.m "d" }}',
      { "a.b-c": ["templates/a.yaml:1"], m: ["templates/a.yaml:1"], "m.d": ["templates/a.yaml:1"] },
    ],
    [
      "dig",
      '{{ dig "a" "b" "none" .Values.m }}',
      { m: ["templates/a.yaml:1"], "m.a.b": ["templates/a.yaml:1"] },
    ],
    [
      "a default",
      "{{ (.Values.a | default .Values.b).c }}",
      { a: ["templates/a.yaml:1"], b: ["templates/a.yaml:1"] },
    ],
    [
      "a template that gets a part",
      '{{ define "t" }}{{ .x.y }}{{ end }}\n{{ include "t" (dict "x" .Values.a) }}',
      { a: ["templates/a.yaml:2"], "a.y": ["templates/a.yaml:1"] },
    ],
    [
      "a template that calls itself",
      '{{ define "t" }}{{ .a }}{{ include "t" .b }}{{ end }}{{ include "t" .Values.x }}',
      { x: ["templates/a.yaml:1"], "x.a": ["templates/a.yaml:1"], "x.b": ["templates/a.yaml:1"] },
    ],
  ])("finds %s", (_name, template, expected) => {
    const reads = readsOf({ "templates/a.yaml": template });
    for (const [path, lines] of Object.entries(expected)) {
      if (lines.length > 0) expect(reads[path], path).toEqual(lines);
    }
  });

  test("names a subchart's values as its parent gives them, and globals as the root's", () => {
    const files = {
      "Chart.yaml": `${head}dependencies:\n- {name: db, alias: main, version: "*"}\n- {name: spare, version: "*", condition: spare.on}\n`,
      "templates/a.yaml": "{{ .Subcharts.main.Values.port }}{{ .Values.global.x }}",
      "charts/db/Chart.yaml": "name: db\nversion: 1.0.0\n",
      "charts/db/templates/d.yaml": '{{ .Values.port }}{{ .Values.global.x }}{{ include "shared" . }}',
      "charts/spare/Chart.yaml": "name: spare\nversion: 1.0.0\n",
      "charts/spare/templates/d.yaml": "{{ .Values.never }}",
      "templates/_t.tpl": '{{ define "shared" }}{{ .Values.shared }}{{ end }}',
    };
    expect(readsOf(files, { spare: { on: false } })).toMatchObject({
      "main.port": ["charts/main/templates/d.yaml:1", "templates/a.yaml:1"],
      "global.x": ["charts/main/templates/d.yaml:1", "templates/a.yaml:1"],
      "main.shared": ["templates/_t.tpl:1"],
    });
    expect(readsOf(files, { spare: { on: false } })).not.toHaveProperty(["spare.never"]);
    expect(readsOf(files, { spare: { on: true } })).toHaveProperty(["spare.never"]);
  });
});

describe("valuesSchema", () => {
  const properties = (text: string) => valuesSchema(text)["properties"];

  test("gives each value its type and default", () => {
    expect(properties("a: 1\nb: x\nc: true\nd: 1.5\ne: [1]\nf: {}\ng: null\nh: {i: 2}\n")).toEqual({
      a: { type: "integer", default: 1 },
      b: { type: "string", default: "x" },
      c: { type: "boolean", default: true },
      d: { type: "number", default: 1.5 },
      e: { type: "array", default: [1] },
      f: { type: "object" },
      g: {},
      h: { type: "object", properties: { i: { type: "integer", default: 2 } } },
    });
  });

  test("takes helm-docs' comments", () => {
    const text = `
# unrelated

# -- Which image
# to run
image:
  # -- (string) Which tag
  # @default -- the chart's version
  tag:
  # a plain comment
  name: web # -- not this
# @ignored
internal: 1
# port -- Where it listens
port: 80
`;
    expect(properties(text)).toEqual({
      image: {
        type: "object",
        description: "Which image to run",
        properties: {
          tag: { type: ["string", "null"], description: "Which tag Default: the chart's version" },
          name: { type: "string", default: "web" },
        },
      },
      port: { type: "integer", description: "Where it listens", default: 80 },
    });
  });

  test("takes the readme-generator's comments, wherever they stand", () => {
    const text = `
## @section Common
## @param image.tag [string, nullable] Which tag
## @param image.pull Whether it is always pulled
## @skip internal
image:
  tag: ""
  pull: false
internal: {a: 1}
`;
    expect(properties(text)).toEqual({
      image: {
        type: "object",
        properties: {
          tag: { type: ["string", "null"], description: "Which tag", default: "" },
          pull: { type: "boolean", description: "Whether it is always pulled", default: false },
        },
      },
    });
  });

  test("has nothing to say of an empty file, and refuses what isn't YAML", () => {
    expect(valuesSchema("")).toEqual({ type: "object" });
    expect(() => valuesSchema("a: [")).toThrow(expect.objectContaining({ code: "yaml-invalid" }));
  });
});
