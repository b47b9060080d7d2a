import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadChart } from "@catalyst/charts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Ran, runHelm, runOwn } from "../charts/chart-programs.ts";
import { available } from "./available.ts";
import { type ChartServers, openChartServers } from "./chart-servers.ts";

describe.skipIf(!(await available(import.meta.filename, "helm")))("dependencies as helm gets them", () => {
  let root = "";
  let servers: ChartServers;
  let folder = "";
  let count = 0;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "chart-dependencies-"));
    servers = await openChartServers(root);
    for (const version of ["1.2.0", "1.2.5", "1.3.0-rc.1", "2.0.0+build.7"]) await publish("far", version);
  });
  afterAll(async () => {
    await servers.close();
    rmSync(root, { recursive: true });
  });

  beforeEach(() => {
    folder = join(root, `case-${++count}`);
    write("near/Chart.yaml", "apiVersion: v2\nname: near\nversion: 3.1.0\n");
  });

  async function publish(name: string, version: string): Promise<void> {
    folder = root;
    write(`${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
    await done(runHelm(["package", name, "-d", "repository"], root));
    await done(runHelm(["repo", "index", "repository"], root));
    await done(runHelm(["push", `repository/${name}-${version}.tgz`, servers.oci, "--plain-http"], root));
  }

  async function done(running: Promise<Ran>): Promise<void> {
    expect(await running).toMatchObject({ isDone: true });
  }

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  /** Makes a chart with these dependencies; HTTP and OCI stand for the two servers. */
  function chart(dependencies: readonly string[], head = "apiVersion: v2"): void {
    const lines = dependencies.map((line) => `- {${addressed(line)}}\n`).join("");
    const isOld = head.endsWith("v1");
    const list = `dependencies:\n${lines}`;
    write("site/Chart.yaml", `${head}\nname: site\nversion: 1.0.0\n${isOld ? "" : list}`);
    if (isOld) write("site/requirements.yaml", list);
  }

  function addressed(text: string): string {
    return text.replaceAll("HTTP", servers.http).replaceAll("OCI", servers.oci);
  }

  /** Runs both on copies of the chart, which must be the same afterwards. */
  async function compare(words: readonly string[], last: readonly string[] = []): Promise<Ran> {
    const [theirs, ours] = [join(folder, "theirs"), join(folder, "ours")];
    for (const copy of [theirs, ours]) {
      rmSync(copy, { recursive: true, force: true });
      cpSync(join(folder, "site"), join(copy, "site"), { recursive: true });
      cpSync(join(folder, "near"), join(copy, "near"), { recursive: true });
    }
    const helm = await runHelm([...words, "site", ...last], theirs);
    const own = await runOwn([...words, "site"], ours);
    expect({ ...own, stderr: "" }).toEqual({ ...helm, stdout: withoutUpdates(helm.stdout), stderr: "" });
    expect(stateOf(ours)).toEqual(stateOf(theirs));
    if (!helm.isDone)
      expect(withoutFolder(own.stderr, ours)).toContain(errorOf(withoutFolder(helm.stderr, theirs)));
    return own;
  }

  test.each<[string, readonly string[]]>([
    ["a folder", ['name: near, version: ^3, repository: "file://../near"']],
    ["a repository", ["name: far, version: ~1.2, repository: HTTP"]],
    [
      "a repository twice",
      ["name: far, version: 1.x, repository: HTTP", "name: far, alias: b, version: 1.x, repository: HTTP/"],
    ],
    [
      "a repository in two versions",
      [
        "name: far, version: 1.2.0, repository: HTTP",
        'name: far, alias: b, version: ">1.2.0", repository: HTTP',
      ],
    ],
    ["a repository's prerelease", ["name: far, version: ~1.3-0, repository: HTTP"]],
    ["a repository's build", ["name: far, version: ^2, repository: HTTP"]],
    ["a registry", ["name: far, version: ~1.2, repository: OCI"]],
    ["a registry's exact version", ["name: far, version: 1.2.0, repository: OCI"]],
    ["a registry's build", ["name: far, version: ^2, repository: OCI"]],
    [
      "conditions, tags and imports",
      [
        'name: far, version: "<2 || >3", repository: HTTP, alias: a, condition: "a.on,b", tags: [x, y], import-values: [data, {parent: p, child: "<c>"}]',
      ],
    ],
    [
      "a version nothing fits",
      ["name: far, version: ^9, repository: HTTP", 'name: near, version: ^9, repository: "file://../near"'],
    ],
    ["a range that is none", ["name: far, version: what is, repository: HTTP"]],
    ["a chart the repository doesn't have", ["name: nothing, version: 1.x, repository: HTTP"]],
    ["a folder that isn't there", ['name: x, version: "*", repository: "file://../x"']],
    ["a chart that should be in the charts folder", ['name: local, version: "*"']],
  ])("are updated from %s", async (_name, dependencies) => {
    chart(dependencies);
    await compare(["dependency", "update"], ["--plain-http"]);
  });

  test("of an old chart have their own lock", async () => {
    chart(["name: far, version: ~1.2, repository: OCI"], "apiVersion: v1");
    await compare(["dependency", "update"], ["--plain-http"]);
  });

  test("replace older archives and leave what is no chart, or isn't got from anywhere", async () => {
    chart(["name: far, version: ~1.2, repository: HTTP", 'name: local, version: "*"']);
    write("site/charts/local/Chart.yaml", "apiVersion: v2\nname: local\nversion: 0.1.0\n");
    for (const version of ["1.2.0", "1.3.0-rc.1"]) {
      cpSync(join(root, `repository/far-${version}.tgz`), join(folder, `site/charts/far-${version}.tgz`));
    }
    await compare(["dependency", "update"]);
  });

  test.each<[string, string]>([
    ["fits", "~1.2"],
    ["doesn't fit any more", "~1.3"],
  ])("are built by a lock that %s", async (_name, version) => {
    chart(["name: far, version: ~1.2, repository: OCI"]);
    await compare(["dependency", "update"], ["--plain-http"]);
    cpSync(join(folder, "theirs/site"), join(folder, "site"), { recursive: true });
    rmSync(join(folder, "site/charts"), { recursive: true });
    chart([`name: far, version: ${version}, repository: OCI`]);
    const { isDone } = await compare(["dependency", "build"], ["--plain-http"]);
    expect(isDone).toBe(version === "~1.2");
  });

  test("are listed with what the charts folder has of them", async () => {
    chart([
      "name: far, version: ~1.2, repository: HTTP",
      "name: far, alias: other, version: ^2, repository: HTTP",
      'name: near, version: "not one", repository: "file://../near"',
      "name: gone, version: 1.x, repository: OCI/with/a/path/so/long/that/it/is/cut/where/the/column/ends/and/more",
      'name: local, version: ">1"',
    ]);
    write("site/charts/local/Chart.yaml", "apiVersion: v2\nname: local\nversion: 0.1.0\n");
    write("site/charts/near/Chart.yaml", "apiVersion: v2\nname: near\nversion: 0.1.0\n");
    write("site/charts/extra/Chart.yaml", "apiVersion: v2\nname: extra\nversion: 0.1.0\n");
    cpSync(join(root, "repository/far-1.2.5.tgz"), join(folder, "site/charts/far-1.2.5.tgz"));
    await compare(["dependency", "list"]);
    cpSync(join(root, "repository/far-1.2.0.tgz"), join(folder, "site/charts/far-1.2.0.tgz"));
    await compare(["dependency", "list"]);
    chart([]);
    await compare(["dependency", "list"]);
  });
});

/** What helm says of its cache of indexes, which we have none of, and of what goes on in its registry client. */
function withoutUpdates(text: string): string {
  return text
    .replace(/^.* contains an underscore\.[\s\S]*?from a registry\.\n/m, "")
    .split("\n")
    .filter((line) => !/^(Getting updates|\.\.\.|Save error|Pulled: |Digest: )/.test(line))
    .join("\n");
}

/** What each says before the first difference of wording: helm names its own command. */
function errorOf(stderr: string): string {
  return /^Error: (.*?)(?: with 'helm|$)/m.exec(stderr)?.[1] ?? stderr;
}

/** Where a test's folder lies differs. */
function withoutFolder(text: string, folder: string): string {
  return text.replaceAll(`${folder}/`, "");
}

/** The lock but for its time, and what the charts folder holds. */
function stateOf(folder: string): unknown {
  const lock = ["Chart.lock", "requirements.lock"].map((name) => {
    const path = join(folder, "site", name);
    return existsSync(path) ? readFileSync(path, "utf8").replace(/^generated: .*$/m, "") : undefined;
  });
  const charts = join(folder, "site/charts");
  const names = existsSync(charts) ? readdirSync(charts).sort() : [];
  const packed = names
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => {
      const { raw } = loadChart(readFileSync(join(charts, name)));
      return raw.map(({ name: path, data }) => `${path}\n${Buffer.from(data).toString()}`).sort();
    });
  return { lock, names, packed };
}
