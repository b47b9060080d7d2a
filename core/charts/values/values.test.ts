import { parseYaml } from "@catalyst/base/yaml";
import { describe, expect, test } from "vitest";
import { keyLines, loadChart, pathKey, valueReads, valuesSchema } from "../index.ts";

const head = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

function chartOf(files: Readonly<Record<string, string>>) {
  const all = Object.entries({ "Chart.yaml": head, ...files });
  return loadChart(new Map(all.map(([name, text]) => [name, Buffer.from(text)])));
}

function readsOf(files: Readonly<Record<string, string>>, values?: object) {
  const reads = valueReads({ chart: chartOf(files), values });
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

describe("a read", () => {
  test("says where it is: file, line, column, the template it stands in, and the line itself", () => {
    const files = {
      "templates/_t.tpl": '{{- define "name" -}}\n  {{ .Values.a | default .Values.b }}\n{{- end }}',
      "templates/a.yaml": 'a: {{ include "name" . }}\nb: {{ .Values.a }}, {{ .Values.a }}',
    };
    const text = "{{ .Values.a | default .Values.b }}";
    const inTemplate = { file: "web/templates/_t.tpl", line: 2, template: "name", text };
    const inFile = { file: "web/templates/a.yaml", line: 2, text: "b: {{ .Values.a }}, {{ .Values.a }}" };
    const reads = valueReads({ chart: chartOf(files) });
    expect(reads.get("a")).toEqual([
      { ...inTemplate, column: 6 },
      { ...inFile, column: 7 },
      { ...inFile, column: 24 },
    ]);
    expect(reads.get("b")).toEqual([{ ...inTemplate, column: 26 }]);
  });

  test.each<[string, string, number]>([
    ["{{ .Values.a }}", "a", 4],
    ["{{ .Values.a.b }}", "a.b", 4],
    ["{{ $.Values.a }}", "a", 4],
    ["{{ $x := .Values }}{{ $x.a.b }}", "a.b", 23],
    ["{{ with .Values.a }}{{ .b }}{{ end }}", "a.b", 24],
    ["{{ with .Values }}{{ .a.b.c }}{{ end }}", "a.b.c", 22],
    ['{{ index .Values "a" }}', "a", 4],
  ])("of %s begins where what reads it begins", (template, path, column) => {
    const [read] = valueReads({ chart: chartOf({ "templates/a.yaml": template }) }).get(path) ?? [];
    expect(read?.column).toBe(column);
  });

  test("shows no more than the beginning of a long line", () => {
    const files = { "templates/a.yaml": `${" ".repeat(1000)}{{ .Values.a }}${"x".repeat(100_000)}` };
    expect(valueReads({ chart: chartOf(files) }).get("a")?.[0]?.text).toHaveLength(200);
  });
});

describe("a hostile chart", () => {
  const calling = (body: string, dot = ".Values") =>
    `{{ define "t" }}${body}{{ end }}{{ if false }}{{ include "t" ${dot} }}{{ end }}`;

  test.each<[string, string]>([
    ["a template that calls itself twice", calling('{{ include "t" .a }}{{ include "t" .b }}')],
    [
      "maps within maps without end",
      calling('{{ include "t" (dict "x" . "y" .) }}{{ include "t" (dict "y" . "z" .) }}', "dict"),
    ],
    [
      "a copy of many variables for many conditions",
      Array.from({ length: 4000 }, (_, at) => `{{ $v${at} := .Values.a }}{{ if .Values.b }}{{ end }}`).join(
        "",
      ),
    ],
  ])("ends within its limit: %s", (_name, template) => {
    const chart = chartOf({ "templates/a.yaml": template });
    const limits = { steps: 100_000, reads: 10_000 };
    expect(() => valueReads({ chart, limits })).toThrow(expect.objectContaining({ code: "chart-limit" }));
  });

  test("has no more places that read values than its limit", () => {
    const chart = chartOf({ "templates/a.yaml": "{{ .Values.a }}".repeat(11) });
    expect(() => valueReads({ chart, limits: { steps: 1000, reads: 10 } })).toThrow(
      expect.objectContaining({ code: "chart-limit" }),
    );
    expect(valueReads({ chart, limits: { steps: 1000, reads: 11 } }).get("a")).toHaveLength(11);
  });

  test.each<[string, string]>([
    [
      "a map that holds itself",
      `{{ $d := dict }}{{ $_ := set $d "x" $d }}${calling('{{ include "t" .x }}', "$d")}`,
    ],
    ["a template that gives itself in a map", calling('{{ include "t" (dict "x" .) }}')],
    [
      "thousands of templates in a row",
      Array.from({ length: 3000 }, (_, at) => `{{ define "t${at}" }}{{ include "t${at + 1}" . }}{{ end }}`)
        .concat('{{ include "t0" . }}')
        .join(""),
    ],
  ])("is followed as far as it goes: %s", (_name, template) => {
    expect(readsOf({ "templates/a.yaml": `${template}\n{{ .Values.found }}` })).toHaveProperty(
      ["found"],
      ["templates/a.yaml:2"],
    );
  });
});

describe("keyLines", () => {
  const text = `# first: no
a: 1
"b": {c: 1}
d:
  e: |
    f: not a key
  g:   # behind
    - h: 1
      i: 2
    - 'j'
  "k.l": http://x:1
'm':
  anchored : &anchor |-
   o: not a key

   p: nor this
  q: [
    1]
a-b: &x
  __proto__: 1
r: 'a: b'
s: >-
  t
`;
  test("finds the lines that a parser finds", () => {
    const { value, lineOf } = parseYaml(text);
    const found = keyLines(text.split("\n"));
    const paths = (map: object, path: readonly string[]): string[][] =>
      Object.entries(map).flatMap(([name, inside]) => [
        [...path, name],
        ...(typeof inside === "object" && inside !== null && !Array.isArray(inside)
          ? paths(inside, [...path, name])
          : []),
      ]);
    const all = paths(value as object, []).filter((path) => path.join() !== "b,c");
    expect(all.length).toBeGreaterThan(12);
    for (const path of all) {
      // a parser tells where the value is, which for a map is the line below
      const isMap = ["d", "m", "a-b"].includes(path.join());
      const list = path.join() === "d,g" || path.join() === "a-b";
      expect(found.get(pathKey(path)), path.join()).toBe((lineOf(path) ?? 0) - (isMap || list ? 1 : 0));
    }
    expect(found.get(pathKey(["b", "c"]))).toBeUndefined();
  });
});

describe("valuesSchema", () => {
  const properties = (text: string) => valuesSchema(text)["properties"];

  test("takes helm-schema's comments, in blocks", () => {
    const text = `
# @schema
# type: [string, null]
# enum: [Always, IfNotPresent]
# pattern: "^(a+)+$"
# minimum: "none"
# @schema
# -- When it is pulled
pull: Always
# @schema
# items: {type: string, additionalProperties: {}}
# [
# @schema
broken: []
`;
    expect(properties(text)).toEqual({
      pull: {
        type: ["string", "null"],
        enum: ["Always", "IfNotPresent"],
        description: "When it is pulled",
        default: "Always",
      },
      broken: { type: "array", default: [] },
    });
  });

  test("takes helm-values-schema-json's comments, on the line and above it", () => {
    const text = `
kind: ClusterIP # @schema enum:[ClusterIP, NodePort];title:Kind of Service
# @schema minimum:1; maximum:65535
port: 80
inner: 1 # @schema hidden:true
`;
    expect(properties(text)).toEqual({
      kind: {
        type: "string",
        enum: ["ClusterIP", "NodePort"],
        title: "Kind of Service",
        default: "ClusterIP",
      },
      port: { type: "integer", minimum: 1, maximum: 65535, default: 80 },
    });
  });

  test("lets values.schema.json go before comments, and takes nothing of it that isn't there", () => {
    const chartSchema = {
      properties: {
        a: { type: "string", enum: ["x", "y"], description: "Of the schema", $ref: "#/definitions/a" },
        b: { properties: { c: { title: "C" } } },
        absent: { type: "string" },
      },
    };
    expect(valuesSchema("# -- Of the comment\na: x\nb: {c: 1}\n", chartSchema)).toEqual({
      type: "object",
      properties: {
        a: { type: "string", enum: ["x", "y"], description: "Of the schema", default: "x" },
        b: { type: "object", properties: { c: { type: "integer", title: "C", default: 1 } } },
      },
    });
  });

  test("takes a key that is given twice as Helm does", () => {
    expect(properties("a: 1\n# -- Again\na: 2\n")).toEqual({
      a: { type: "integer", description: "Again", default: 2 },
    });
  });

  test("edits a list of texts line by line", () => {
    expect(properties("a: [x, z]\nb: [x, 1]\n")).toEqual({
      a: { type: "array", items: { type: "string" }, default: ["x", "z"] },
      b: { type: "array", default: ["x", 1] },
    });
  });

  test("leaves the deepest of very many fields undescribed", () => {
    const many = Array.from({ length: 800 }, (_, at) => `  k${at}: 1\n`).join("");
    const described = properties(`a:\n${many}b:\n${many}`);
    expect(described).toEqual({ a: { type: "object" }, b: { type: "object" } });
  });

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
