import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "../cli/main.ts";
import { commandTable } from "../cli/table.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chart-"));
  write("site/Chart.yaml", "apiVersion: v2\nname: site\nversion: 1.0.0\n");
  write("site/values.yaml", "title: It works\n");
  write("site/README.md", "A site.");
  write(
    "site/templates/settings.yaml",
    "kind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  title: {{ .Values.title }}\n",
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function chart(...words: string[]) {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table: commandTable,
    words: ["chart", ...words],
    folder,
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

describe("chart template", () => {
  test("prints the objects with their source", async () => {
    expect(await chart("template", "home", "site")).toEqual({
      exit: 0,
      stdout:
        "---\n# Source: site/templates/settings.yaml\nkind: ConfigMap\nmetadata:\n  name: home\ndata:\n  title: It works\n",
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
    ["dependencies of a file", ["dependency", "update", "bad.yaml"], "bad.yaml is packed already"],
    ["a release name that can't be one", ["template", "Home", "site"], "\"Home\" can't be a release's name"],
    [
      "a values file that isn't there",
      ["template", "home", "site", "-f", "no.yaml"],
      "no.yaml can't be read",
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
    const { exit, stdout } = await chart("lint", path);
    const missing = `stat ${join(path, "Chart.yaml")}: no such file or directory`;
    expect([exit, stdout]).toEqual([
      1,
      `==> Linting ${path}\nError unable to check Chart.yaml file in chart: ${missing}\n\n1 chart(s) linted, 1 chart(s) failed\n`,
    ]);
  });
});

describe("chart package", () => {
  test("writes an archive that renders as its folder does", async () => {
    const { exit, stdout } = await chart("package", "site", "-d", "out", "--version", "2.0.0");
    expect([exit, stdout.endsWith("out/site-2.0.0.tgz\n")]).toEqual([0, true]);
    const [packed, plain] = [await chart("template", "out/site-2.0.0.tgz"), await chart("template", "site")];
    expect(packed.stdout).toBe(plain.stdout);
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
    write("repository/index.yaml", "entries:\n  far:\n  - {version: 1.2.0, urls: [far-1.2.0.tgz]}\n");
    const server = createServer((request, response) => {
      const file = join(folder, "repository", basename(request.url ?? ""));
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
    expect(readFileSync(join(folder, "site/Chart.lock"), "utf8")).toContain("version: 3.1.0");
  });
});

describe("chart lint", () => {
  test("passes a good chart and says what is recommended", async () => {
    const { exit, stdout } = await chart("lint", "site");
    expect(exit).toBe(0);
    expect(stdout).toContain("icon is recommended");
    expect(stdout).toContain("1 chart(s) linted, 0 chart(s) failed\n");
  });

  test("ends with 1 for a template that can't be rendered", async () => {
    write("site/templates/wrong.yaml", "{{ .Values.title.nothing.here }}\n");
    const { exit, stdout } = await chart("lint", "site");
    expect(exit).toBe(1);
    expect(stdout).toContain("[ERROR]");
  });
});

describe("chart package", () => {
  test("writes an archive that renders as the folder does, the same bytes each time", async () => {
    expect(await chart("package", "site", "-d", "out", "--version", "1.2.0")).toMatchObject({
      exit: 0,
      stderr: "",
    });
    const first = readFileSync(join(folder, "out/site-1.2.0.tgz"));
    await chart("package", "site", "-d", "again", "--version", "1.2.0");
    expect(readFileSync(join(folder, "again/site-1.2.0.tgz")).equals(first)).toBe(true);
    const fromFolder = await chart("template", "home", "site");
    expect(await chart("template", "home", "out/site-1.2.0.tgz")).toEqual(fromFolder);
  });
});

describe("chart dependency list", () => {
  test("tells which dependency is missing", async () => {
    const dependency =
      "dependencies:\n- name: database\n  version: 1.x\n  repository: oci://registry.example\n";
    write("site/Chart.yaml", `apiVersion: v2\nname: site\nversion: 1.0.0\n${dependency}`);
    const { exit, stdout } = await chart("dependency", "list", "site");
    expect(exit).toBe(0);
    expect(stdout).toMatch(/database.*missing/);
  });
});
