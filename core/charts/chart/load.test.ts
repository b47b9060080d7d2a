import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadChart, loadChartFolder, renderChart } from "../index.ts";
import { packTgz } from "../package/tar.ts";

const chartYaml = "apiVersion: v2\nname: demo\nversion: 1.0.0\n";

function filesOf(files: Readonly<Record<string, string>>) {
  return new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
}

function archiveOf(files: Readonly<Record<string, string>>): Uint8Array {
  return packTgz(Object.entries(files).map(([path, text]) => ({ path, data: Buffer.from(text) })));
}

/** A tar entry that isn't a file. */
function link(type: "SymbolicLink" | "Link", path: string, linkpath: string): Buffer {
  const block = Buffer.alloc(512);
  new Header({ path, linkpath, type, mode: 0o777, size: 0, mtime: new Date(0) }).encode(block, 0);
  return block;
}

describe("loadChart", () => {
  test("runs a template that an archive holds twice once, as it is the last time", () => {
    const data = (text: string) => Buffer.from(text);
    const seen = (text: string) =>
      data(`${text}: {{ $_ := set .Values "runs" (add 1 .Values.runs) }}{{ .Values.runs }}\n`);
    const chart = loadChart(
      packTgz([
        { path: "demo/Chart.yaml", data: data(chartYaml) },
        { path: "demo/values.yaml", data: data("runs: 0\n") },
        { path: "demo/templates/a.yaml", data: seen("first") },
        { path: "demo/templates/a.yaml", data: seen("last") },
      ]),
    );
    const { manifests } = renderChart({ chart, release: { name: "a", namespace: "b" } });
    expect(manifests.map(({ content }) => content)).toEqual(["last: 1\n"]);
  });

  test("reads a packed chart with a packed subchart", () => {
    const subchart = archiveOf({
      "sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 2.0.0\n",
      "sub/values.yaml": "a: 1",
    });
    const chart = loadChart(
      packTgz([
        { path: "demo/Chart.yaml", data: Buffer.from(chartYaml) },
        { path: "demo/charts/sub-2.0.0.tgz", data: subchart },
      ]),
    );
    expect(chart.dependencies.map(({ metadata }) => metadata.name)).toEqual(["sub"]);
  });

  test.each([
    ["without Chart.yaml", {}, "Chart.yaml file is missing"],
    ["without a name", { "Chart.yaml": "version: 1.0.0" }, "chart.metadata.name is required"],
    ["without a version", { "Chart.yaml": "name: a" }, "chart.metadata.version is required"],
    ["with a bad version", { "Chart.yaml": "name: a\nversion: x" }, 'chart.metadata.version "x" is invalid'],
    [
      "with a bad type",
      { "Chart.yaml": "name: a\nversion: 1.0.0\ntype: zz" },
      "must be application or library",
    ],
    [
      "with values that are a list",
      { "Chart.yaml": chartYaml, "values.yaml": "- a" },
      "cannot load values.yaml",
    ],
    [
      "with values that are a boolean",
      { "Chart.yaml": chartYaml, "values.yaml": "true" },
      "json: cannot unmarshal bool into Go value of type map[string]interface {}",
    ],
    ["that isn't YAML", { "Chart.yaml": "a: [" }, "cannot load Chart.yaml"],
  ])("refuses a chart %s", (_name, files, message) => {
    expect(() => loadChart(filesOf(files))).toThrow(message);
  });

  test.each([".", "..", "a/b", "../x"])("security case 6: refuses a chart named %s", (name) => {
    expect(() => loadChart(filesOf({ "Chart.yaml": `name: "${name}"\nversion: 1.0.0` }))).toThrow(
      "chart.metadata.name",
    );
  });

  test.each([
    ["demo/../../etc/passwd", "illegally references parent directory"],
    ["demo//etc/passwd", "illegally contains absolute paths"],
    ["demo/c:/windows", "illegally named files"],
    ["Chart.yaml", "outside the base directory"],
    ["demo\\..\\..\\x", "illegally references parent directory"],
  ])("security case 1: refuses the path %s in an archive", (path, message) => {
    expect(() => loadChart(archiveOf({ "demo/Chart.yaml": chartYaml, [path]: "x" }))).toThrow(message);
  });

  test.each([
    ["SymbolicLink", "/etc/passwd"],
    ["SymbolicLink", "values.yaml"],
    ["Link", "/etc/passwd"],
    ["Link", "demo/Chart.yaml"],
  ] as const)("security cases 3 and 5: refuses a %s to %s in an archive", (type, target) => {
    const archive = gzipSync(Buffer.concat([link(type, "demo/values.yaml", target), Buffer.alloc(1024)]));
    expect(() => loadChart(archive)).toThrow("not a regular file");
  });

  test("security case 7: refuses an archive that unpacks to more than 100 MiB", () => {
    const bomb = gzipSync(Buffer.alloc(101 * 1024 * 1024), { level: 1 });
    expect(() => loadChart(bomb)).toThrow("larger than the maximum size 104857600");
  });

  test("security case 7: the limit holds for all archives inside together", () => {
    const part = packTgz([
      { path: "s/Chart.yaml", data: Buffer.from("name: s\nversion: 1.0.0") },
      { path: "s/data", data: Buffer.alloc(60 * 1024 * 1024) },
    ]);
    const all = packTgz([
      { path: "demo/Chart.yaml", data: Buffer.from(chartYaml) },
      { path: "demo/charts/a.tgz", data: part },
      { path: "demo/charts/b.tgz", data: part },
    ]);
    expect(() => loadChart(all)).toThrow("larger than the maximum size");
  });

  test("refuses what is no archive", () => {
    expect(() => loadChart(Buffer.from("hello, archive"))).toThrow("gzip: invalid header");
    expect(() => loadChart(gzipSync("hello"))).toThrow();
  });

  test.each([
    [
      "aliases within aliases",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh".replaceAll(
        /./g,
        (name) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
            .join(",")}]\n`,
      )}`,
    ],
    ["an anchor inside itself", "a: &a [*a]"],
    [
      "merges within merges",
      `a: &a {x: 1}\n${"bcdefgh".replaceAll(
        /./g,
        (name) =>
          `${name}: &${name} {<<: [${Array(9)
            .fill(`*${String.fromCharCode(name.charCodeAt(0) - 1)}`)
            .join(",")}], ${name}: {<<: *a}}\n`,
      )}`,
    ],
    ["brackets within brackets", "a: ".concat("[".repeat(20_000))],
  ])("security case 9: values with %s don't stall the process", (_name, values) => {
    try {
      loadChart(filesOf({ "Chart.yaml": chartYaml, "values.yaml": values }));
    } catch (error) {
      expect(error).toMatchObject({ code: "chart-invalid" });
    }
  });

  test("security case 8: a schema that recurses without end is an error", () => {
    const chart = loadChart(
      filesOf({ "Chart.yaml": chartYaml, "values.schema.json": '{"$ref": "#"}', "values.yaml": "a: 1" }),
    );
    expect(() => renderChart({ chart, release: { name: "a", namespace: "b" } })).toThrow("schema");
  });
});

describe("the schema of values", () => {
  const render = (schema: object, values: object) => {
    const files = { "Chart.yaml": chartYaml, "values.schema.json": JSON.stringify(schema) };
    return renderChart({ chart: loadChart(filesOf(files)), values, release: { name: "a", namespace: "b" } });
  };
  const properties = { mail: { format: "email" }, ip: { format: "ipv4" }, host: { format: "hostname" } };
  const draft = (name: string) => `http://json-schema.org/${name}/schema#`;

  test.each(["draft-04", "draft-06", "draft-07"])("of %s has its formats checked, as in Helm", (name) => {
    const schema = { $schema: draft(name), properties };
    expect(() => render(schema, { mail: "x" })).toThrow("at '/mail': 'x' is not valid email");
    expect(() => render(schema, { ip: "999.1.1.1" })).toThrow("not valid ipv4");
    expect(() => render(schema, { host: "-x" })).toThrow("not valid hostname");
    expect(render(schema, { mail: "a@b.example", ip: "10.0.0.1", host: "x.example" }).warnings).toEqual([]);
  });

  test("of later drafts, or without one, only names them", () => {
    expect(render({ properties }, { mail: "x" }).warnings).toEqual([]);
  });

  test.each(["file:///etc/passwd", "https://example.com/schema.json"])("isn't read from %s", (reference) => {
    expect(() => render({ properties: { a: { $ref: reference } } }, { a: 1 })).toThrow(reference);
  });

  test.each(["{", '{"type": "strange"}'])("%s that is none is an error", (text) => {
    const chart = loadChart(filesOf({ "Chart.yaml": chartYaml, "values.schema.json": text }));
    expect(() => renderChart({ chart, release: { name: "a", namespace: "b" } })).toThrow("schema(s)");
  });
});

describe("loadChartFolder", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "chart-"));
    mkdirSync(join(root, "chart/templates"), { recursive: true });
    writeFileSync(join(root, "chart/Chart.yaml"), chartYaml);
    writeFileSync(join(root, "secret"), "outside");
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const load = () => loadChartFolder(join(root, "chart"));

  test("follows a link that stays inside", async () => {
    writeFileSync(join(root, "chart/real.txt"), "x");
    symlinkSync("real.txt", join(root, "chart/link.txt"));
    expect((await load()).files.map(({ name }) => name)).toEqual(["link.txt", "real.txt"]);
  });

  test.each([
    ["a file", "../secret"],
    ["an absolute path", "/etc/passwd"],
    ["a folder", ".."],
  ])("security case 2: refuses a link to %s outside", async (_name, target) => {
    symlinkSync(target, join(root, "chart/link"));
    await expect(load()).rejects.toThrow("leaves the chart");
  });

  test("security case 4: refuses a chain of links that ends outside, and one that ends nowhere", async () => {
    symlinkSync("b", join(root, "chart/a"));
    symlinkSync("../secret", join(root, "chart/b"));
    await expect(load()).rejects.toThrow("leaves the chart");
    rmSync(join(root, "chart/b"));
    await expect(load()).rejects.toThrow("leads nowhere");
  });

  test("security case 4: refuses a link to a folder above it", async () => {
    symlinkSync("..", join(root, "chart/templates/loop"));
    await expect(load()).rejects.toThrow("leads back");
  });

  test("leaves out a link that .helmignore names, wherever it leads", async () => {
    writeFileSync(join(root, "chart/.helmignore"), "link\n");
    symlinkSync("../secret", join(root, "chart/link"));
    expect((await load()).files.map(({ name }) => name)).toEqual([".helmignore"]);
  });

  test("leaves out what .helmignore names", async () => {
    writeFileSync(join(root, "chart/.helmignore"), "*.txt\n/docs/\n");
    writeFileSync(join(root, "chart/a.txt"), "");
    mkdirSync(join(root, "chart/docs"));
    writeFileSync(join(root, "chart/docs/b.md"), "");
    writeFileSync(join(root, "chart/c.md"), "");
    expect((await load()).files.map(({ name }) => name)).toEqual([".helmignore", "c.md"]);
  });
});
