import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChartFolder, makeChartFolder } from "./chart/testing/chart-folder.ts";

let folder: ChartFolder;
const write: ChartFolder["write"] = (path, content) => folder.write(path, content);
const chart: ChartFolder["chart"] = (...words) => folder.chart(...words);

beforeEach(() => {
  folder = makeChartFolder();
  write("site/values.yaml", "title: It works\n");
  write("site/README.md", "A site.");
  write(
    "site/templates/a.yaml",
    "kind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  title: {{ .Values.title }}\n",
  );
});
afterEach(() => folder.remove());

describe("chart template", () => {
  test("prints the objects with their source", async () => {
    expect(await chart("template", "home", "site")).toEqual({
      exit: 0,
      stdout:
        "---\n# Source: site/templates/a.yaml\nkind: ConfigMap\nmetadata:\n  name: home\ndata:\n  title: It works\n",
      stderr: "",
    });
  });

  test("a later values file wins over an earlier one, and --set over both", async () => {
    write("one.yaml", "title: one\n");
    write("two.yaml", "title: two\n");
    expect((await chart("template", "home", "site", "-f", "one.yaml", "-f", "two.yaml")).stdout).toContain(
      "title: two",
    );
    const { stdout } = await chart("template", "home", "site", "--set", "title=three", "-f", "two.yaml");
    expect(stdout).toContain("title: three");
  });

  test.each<[string, string[], string]>([
    ["a chart that isn't there", ["template", "home", "nowhere"], "there is no chart at nowhere"],
    [
      "dependencies of one that isn't there",
      ["dependency", "build", "nowhere"],
      "there is no chart at nowhere",
    ],
    ["dependencies of a file", ["dependency", "update", "bad.yaml"], "bad.yaml isn't a chart's folder"],
    ["a release name that can't be one", ["template", "Home", "site"], "\"Home\" can't be a release's name"],
    [
      "a values file that isn't there",
      ["template", "home", "site", "-f", "no.yaml"],
      "open no.yaml: no such file or directory",
    ],
    [
      "a values file that isn't YAML",
      ["template", "home", "site", "-f", "bad.yaml"],
      "failed to parse bad.yaml",
    ],
    [
      "a --set that can't be read",
      ["template", "home", "site", "--set", "title"],
      "failed parsing --set data",
    ],
  ])("refuses %s", async (_, words, sentence) => {
    write("bad.yaml", "title: [\n");
    const { exit, stdout, stderr } = await chart(...words);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("this is a bug");
  });

  test.each([
    ["--post-renderer", "kustomize"],
    ["--post-renderer-args", "x"],
  ])("refuses %s, since plug-ins are helm's", async (...words) => {
    const { exit, stderr } = await chart("template", "home", "site", ...words);
    expect([exit, stderr.includes("plug-in of helm 4")]).toEqual([2, true]);
  });

  test("names the dependencies that aren't there", async () => {
    const dependency =
      "dependencies:\n- name: database\n  version: 1.x\n  repository: oci://registry.example\n";
    write("site/Chart.yaml", `apiVersion: v2\nname: site\nversion: 1.0.0\n${dependency}`);
    const { exit, stderr } = await chart("template", "home", "site");
    expect(exit).toBe(1);
    expect(stderr).toContain("missing in charts/ directory: database");
  });
});

describe("chart show", () => {
  test.each([
    ["chart", "apiVersion: v2\nname: site\nversion: 1.0.0\n\n"],
    ["values", "title: It works\n\n"],
    ["readme", "A site.\n"],
    ["crds", ""],
  ])("prints the %s", async (part, stdout) => {
    expect(await chart("show", part, "site")).toEqual({ exit: 0, stdout, stderr: "" });
  });

  test("refuses a part that a chart doesn't have", async () => {
    expect((await chart("show", "toString", "site")).exit).toBe(2);
  });
});

describe("chart lint", () => {
  test("names what is wrong and ends with 1 only for errors", async () => {
    expect(await chart("lint", "site")).toEqual({
      exit: 0,
      stdout:
        "==> Linting site\n[INFO] Chart.yaml: icon is recommended\n\n1 chart(s) linted, 0 chart(s) failed\n",
      stderr: "",
    });
    write("site/templates/bad.yaml", "{{ .Values.a.b }}");
    const { exit, stdout } = await chart("lint", "site");
    expect([exit, stdout.includes("[ERROR] templates/: ")]).toEqual([1, true]);
  });

  test.each(["nowhere", "."])("says of a folder without Chart.yaml what helm says: %s", async (path) => {
    const { exit, stdout, stderr } = await chart("lint", path);
    const missing = `stat ${join(path, "Chart.yaml")}: no such file or directory`;
    expect([exit, stdout, stderr]).toEqual([
      1,
      `==> Linting ${path}\nError unable to check Chart.yaml file in chart: ${missing}\n\n`,
      "catalyst: 1 chart(s) linted, 1 chart(s) failed\n",
    ]);
  });
});

describe("chart package", () => {
  test("writes an archive that renders as the folder does, the same bytes each time", async () => {
    expect(await chart("package", "site", "-d", "out", "--version", "2.0.0")).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/out\/site-2\.0\.0\.tgz\n$/),
      stderr: "",
    });
    const first = readFileSync(join(folder.path, "out/site-2.0.0.tgz"));
    await chart("package", "site", "-d", "again", "--version", "2.0.0");
    expect(readFileSync(join(folder.path, "again/site-2.0.0.tgz")).equals(first)).toBe(true);
    const fromFolder = await chart("template", "home", "site");
    expect(await chart("template", "home", "out/site-2.0.0.tgz")).toEqual(fromFolder);
  });
});

describe("chart dependency list", () => {
  test("tells which dependencies are there", async () => {
    write(
      "site/Chart.yaml",
      "apiVersion: v2\nname: site\nversion: 1.0.0\ndependencies:\n- name: db\n  version: ^1\n  repository: file://db\n",
    );
    expect((await chart("dependency", "list", "site")).stdout).toMatch(
      /^db\s+\^1\s+file:\/\/db\s+missing\s*$/m,
    );
    write("site/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.5.0\n");
    expect((await chart("dependency", "list", "site")).stdout).toContain("unpacked");
  });
});

describe("chart dependency build", () => {
  test("gets charts from a folder and from a repository by HTTP, and writes the lock", async () => {
    write("near/Chart.yaml", "apiVersion: v2\nname: near\nversion: 3.1.0\n");
    write("far/Chart.yaml", "apiVersion: v2\nname: far\nversion: 1.2.0\n");
    await chart("package", "far", "-d", "repository");
    write(
      "repository/index.yaml",
      "apiVersion: v1\nentries:\n  far:\n  - {version: 1.2.0, urls: [far-1.2.0.tgz]}\n",
    );
    const server = createServer((request, response) => {
      const file = join(folder.path, "repository", basename(request.url ?? ""));
      response.writeHead(existsSync(file) ? 200 : 404).end(existsSync(file) ? readFileSync(file) : "");
    });
    await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", () => ready()));
    const { port } = server.address() as AddressInfo;
    write(
      "site/Chart.yaml",
      `apiVersion: v2\nname: site\nversion: 1.0.0\ndependencies:\n- {name: near, version: ^3, repository: "file://../near"}\n- {name: far, version: ~1.2, repository: "http://127.0.0.1:${port}"}\n`,
    );
    try {
      expect((await chart("dependency", "build", "site")).stdout).toBe(
        `Saving 2 charts\nDownloading far from repo http://127.0.0.1:${port}\nDeleting outdated charts\n`,
      );
    } finally {
      server.close();
      server.closeAllConnections();
    }
    expect((await chart("dependency", "list", "site")).stdout.match(/\bok\b/g)).toHaveLength(2);
    expect(readFileSync(join(folder.path, "site/Chart.lock"), "utf8")).toContain("version: 3.1.0");
  });
});
