import { describe, expect, test } from "vitest";
import { type Chart, lintChart, loadChart, packageChart } from "../index.ts";

function chartOf(files: Readonly<Record<string, string>>): Chart {
  return loadChart(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
}

const parentYaml = `apiVersion: v2
name: parent
version: 1.0.0
dependencies:
- {name: db, version: ^1.0.0, repository: "https://charts.example/"}
- {name: cache, version: ">=0.1.0 <1.0.0", repository: "oci://registry.example/charts", condition: cache.enabled}
- {name: near, version: "*", repository: "file://../near", alias: close, tags: [a]}
`;

describe("packageChart", () => {
  test("gives the same bytes for the same chart and what was packed when loaded", () => {
    const files = {
      "Chart.yaml": parentYaml.split("dependencies")[0] ?? "",
      "templates/a.yaml": "a: 1",
      "README.md": "x",
    };
    const [one, two] = [
      packageChart(chartOf(files)),
      packageChart(chartOf(Object.fromEntries(Object.entries(files).reverse()))),
    ];
    expect(one.name).toBe("parent-1.0.0.tgz");
    expect(Buffer.compare(one.bytes, two.bytes)).toBe(0);
    expect(loadChart(one.bytes).files.map(({ name }) => name)).toEqual(["README.md"]);
  });

  test("keeps long paths", () => {
    const long = `templates/${"folder/".repeat(40)}a.yaml`;
    const packed = packageChart(chartOf({ "Chart.yaml": "name: a\nversion: 1.0.0", [long]: "a: 1" }));
    expect(loadChart(packed.bytes).templates.map(({ name }) => name)).toEqual([long]);
  });

  test("refuses a chart with a subchart whose schema isn't JSON", () => {
    const files = {
      "Chart.yaml": "name: a\nversion: 1.0.0",
      "charts/b/Chart.yaml": "name: b\nversion: 1.0.0",
      "charts/b/values.schema.json": "{} {}",
    };
    expect(() => packageChart(chartOf(files))).toThrow("invalid JSON in values.schema.json");
  });

  test("refuses a chart whose dependencies aren't there", () => {
    expect(() => packageChart(chartOf({ "Chart.yaml": parentYaml }))).toThrow(
      "missing in charts/ directory: db, cache, near",
    );
  });
});

describe("lintChart", () => {
  const lint = (files: Readonly<Record<string, string>>) =>
    lintChart(
      chartOf({
        "Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://a.example/i.png",
        "values.yaml": "",
        ...files,
      }).raw,
    ).map(({ severity, path }) => `${severity} ${path}`);

  test.each([
    ["a good one", { "templates/a.yaml": "kind: A\nmetadata: {name: a}" }, []],
    ["one without templates", {}, ["WARNING templates/"]],
    ["one whose template fails", { "templates/a.yaml": "{{ .Values.a.b }}" }, ["ERROR templates/"]],
    [
      "one that requires a value",
      { "templates/a.yaml": 'kind: A\nmetadata: {name: "{{ required "x" .Values.zz }}a"}' },
      [],
    ],
    ["one with a strange file", { "templates/a.sh": "", "templates/b.yaml": "" }, ["ERROR templates/a.sh"]],
    [
      "one with a bad name",
      { "templates/a.yaml": "kind: A\nmetadata: {name: A_b}" },
      ["WARNING templates/a.yaml"],
    ],
    [
      "one without a selector",
      { "templates/a.yaml": "kind: Deployment\nmetadata: {name: a}" },
      ["ERROR templates/a.yaml"],
    ],
    [
      "one with a crd that is none",
      { "templates/a.yaml": "", "crds/a.yaml": "kind: A" },
      ["ERROR crds/a.yaml", "ERROR crds/a.yaml"],
    ],
  ])("finds in %s what helm finds", (_name, files, expected) => expect(lint(files)).toEqual(expected));
});
