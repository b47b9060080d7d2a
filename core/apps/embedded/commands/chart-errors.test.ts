import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChartFolder, makeChartFolder } from "./chart/testing/chart-folder.ts";

let folder: ChartFolder;

beforeEach(() => {
  folder = makeChartFolder();
  folder.write("README.md", "Long enough to be taken for an archive.\n");
});
afterEach(() => folder.remove());

describe("a chart command says in one sentence", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["that a file is no chart, to package", ["package", "README.md"], /README\.md isn't a chart's folder/],
    [
      "that a file is no chart, to get dependencies",
      ["dependency", "build", "README.md"],
      /README\.md isn't a chart's folder/,
    ],
    ["that a file is no chart, to render", ["template", "r", "README.md"], /README\.md isn't a packed chart/],
    ["that a file is no chart, to show", ["show", "all", "README.md"], /README\.md isn't a packed chart/],
    [
      "that a file is no chart, to list",
      ["dependency", "list", "README.md"],
      /README\.md isn't a packed chart/,
    ],
    [
      "which file of --set-file isn't there",
      ["template", "r", "site", "--set-file", "a=none"],
      /failed parsing --set-file data: open none: no such file or directory/,
    ],
    [
      "which file of --set-file is a folder",
      ["template", "r", "site", "--set-file", "a=site"],
      /failed parsing --set-file data: read site: is a directory/,
    ],
    [
      "which values file isn't there",
      ["template", "r", "site", "-f", "none.yaml"],
      /open none\.yaml: no such file or directory$/m,
    ],
    ["which values file is a folder", ["template", "r", "site", "-f", "site"], /read site: is a directory$/m],
    [
      "that files can't be written where a file is",
      ["template", "r", "site", "--output-dir", "README.md"],
      /README\.md is a file/,
    ],
    [
      "that an archive can't be written where a file is",
      ["package", "site", "-d", "README.md"],
      /README\.md is a file/,
    ],
    [
      "which keyring isn't there, to sign",
      ["package", "site", "--sign", "--key", "x", "--keyring", "none"],
      /open none: no such file or directory/,
    ],
    [
      "that a keyring is none, to sign",
      ["package", "site", "--sign", "--key", "x", "--keyring", "README.md"],
      /README\.md isn't a keyring.*gpg --export/,
    ],
    [
      "that a repository's address is none",
      ["template", "r", "a", "--repo", "stable"],
      /stable is no address of a repository/,
    ],
    [
      "that a file of certificates has none",
      ["template", "r", "a", "--repo", "https://127.0.0.1:1", "--ca-file", "README.md"],
      /README\.md holds no certificate/,
    ],
    [
      "which file of certificates isn't there",
      ["template", "r", "a", "--repo", "https://127.0.0.1:1", "--ca-file", "none"],
      /open none: no such file or directory/,
    ],
  ])("%s", async (_name, words, expected) => {
    const { exit, stdout, stderr } = await folder.chart(...words);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^catalyst: .*\n$/);
    expect([exit, stdout]).toEqual([1, ""]);
  });

  test.each<[string, () => void, readonly string[], RegExp]>([
    [
      "that an archive is damaged",
      () => folder.write("a.tgz", gzipSync("x".repeat(600))),
      ["template", "r", "a.tgz"],
      /a\.tgz: the archive is damaged/,
    ],
    [
      "which chart has no Chart.yaml",
      () => rmSync(join(folder.path, "site/Chart.yaml")),
      ["template", "r", "site"],
      /site: Chart\.yaml file is missing/,
    ],
    [
      "which chart's Chart.yaml is wrong",
      () => folder.write("site/Chart.yaml", "version: 1.0.0"),
      ["package", "site"],
      /site\/Chart\.yaml: validation: chart\.metadata\.name is required/,
    ],
    [
      "that the charts folder is a file",
      () => [folder.write("site/charts", ""), folder.depend(`file://../near`), near()],
      ["dependency", "update", "site"],
      /site\/charts is a file/,
    ],
    [
      "that a dependency's folder is a file",
      () => folder.depend("file://../README.md"),
      ["dependency", "update", "site"],
      /README\.md is a file/,
    ],
    [
      "that the lock can't be read",
      () => folder.write("site/Chart.lock", "a: ["),
      ["template", "r", "site"],
      /cannot load Chart\.lock: error converting YAML to JSON: yaml: line 1/,
    ],
    [
      "that the lock is no map",
      () => folder.write("site/Chart.lock", "- a"),
      ["dependency", "build", "site"],
      /cannot load Chart\.lock: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type v2\.Lock/,
    ],
  ])("%s", async (_name, prepare, words, expected) => {
    prepare();
    const { exit, stdout, stderr } = await folder.chart(...words);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^catalyst: .*\n$/);
    expect([exit, stdout]).toEqual([1, ""]);
  });
});

function near(): void {
  folder.write("near/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n");
}

describe("an option without a word", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["takes no values file", ["template", "r", "site", "-f", ""], /kind: ConfigMap/],
    ["leaves the version of Kubernetes", ["template", "r", "site", "--kube-version", ""], /kind: ConfigMap/],
    ["leaves the chart's version", ["package", "site", "--version", ""], /site-1\.0\.0\.tgz/],
  ])("%s", async (_name, words, expected) => {
    const { exit, stdout } = await folder.chart(...words);
    expect(exit).toBe(0);
    expect(stdout).toMatch(expected);
  });
});

test("chart dependency update packs a folder whose own dependencies aren't there", async () => {
  folder.depend("file://../near");
  folder.write(
    "near/Chart.yaml",
    "apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: b, version: 1.0.0, repository: https://example.com}]\n",
  );
  expect((await folder.chart("dependency", "update", "site")).exit).toBe(0);
  expect(readdirSync(join(folder.path, "site/charts"))).toEqual(["a-1.0.0.tgz"]);
});

test("chart dependency build takes an empty lock for none", async () => {
  near();
  folder.depend("file://../near");
  folder.write("site/Chart.lock", "");
  expect((await folder.chart("dependency", "build", "site")).exit).toBe(0);
});

test.each([
  [".", "charts"],
  ["./", "charts"],
  ["./site/", "site/charts"],
  ["site/../site", "site/charts"],
])("chart dependency list names the charts folder of %s as %s", async (path, expected) => {
  folder.write("Chart.yaml", "apiVersion: v2\nname: here\nversion: 1.0.0\n");
  const { stdout } = await folder.chart("dependency", "list", path);
  expect(stdout).toBe(`WARNING: no dependencies at ${expected}\n`);
});

test.each([
  ["--dry-run=server", "a chart is rendered without a cluster"],
  ["--enable-dns", "a rendering reaches no network"],
  ["--timeout=5", 'invalid argument "5" for "--timeout" flag'],
])("chart template refuses %s", async (option, expected) => {
  const { exit, stdout, stderr } = await folder.chart("template", "r", "site", option);
  expect([exit, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(expected);
});

test("chart lint tells on stderr how many charts failed", async () => {
  const { exit, stdout, stderr } = await folder.chart("lint", "site", "README.md");
  expect(exit).toBe(1);
  expect(stdout).toMatch(
    /==> Linting README\.md\nError unable to check Chart\.yaml file in chart: stat README\.md\/Chart\.yaml: not a directory\n\n$/,
  );
  expect(stderr).toBe("catalyst: 2 chart(s) linted, 1 chart(s) failed\n");
});

test("chart package says what it packed before it met what it can't", async () => {
  const { exit, stdout, stderr } = await folder.chart("package", "site", "none", "-d", "out");
  expect(exit).toBe(1);
  expect(stdout).toBe("Successfully packaged chart and saved it to: out/site-1.0.0.tgz\n");
  expect(stderr).toBe("catalyst: there is no chart at none\n");
});
