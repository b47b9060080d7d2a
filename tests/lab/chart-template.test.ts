import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHelm, runOwn } from "../charts/chart-programs.ts";
import { available } from "./available.ts";
import { type ChartServers, openChartServers } from "./chart-servers.ts";

const files: Readonly<Record<string, string>> = {
  "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: '7'\n",
  "web/README.md": "# Web\n",
  "web/values.yaml": "a: {b: 1, c: [1, 2]}\nsub: {on: true}\n",
  "web/crds/crd.yaml": "kind: CustomResourceDefinition\nmetadata: {name: c}\n",
  "web/templates/values.yaml":
    'kind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {values: {{ toJson .Values | quote }}}\n',
  "web/templates/more/two.yaml": "kind: Service\nmetadata: {name: s}\n---\nkind: Job\nmetadata: {name: j}\n",
  "web/templates/hook.yaml":
    "kind: Job\nmetadata: {name: h, annotations: {helm.sh/hook: pre-install}}\n---\nkind: Job\nmetadata: {name: i, annotations: {helm.sh/hook: test}}\n",
  "web/charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
  "web/charts/sub/crds/crd.yaml": "---\nkind: CustomResourceDefinition\nmetadata: {name: d}\n",
  "web/charts/sub/templates/a.yaml": "kind: ConfigMap\nmetadata: {name: sub}\n",
  "near/Chart.yaml": "apiVersion: v2\nname: near\nversion: 1.0.0\n",
  "near/templates/a.yaml": "kind: ConfigMap\nmetadata: {name: near}\n",
  "needy/Chart.yaml":
    'apiVersion: v2\nname: needy\nversion: 1.0.0\ndependencies: [{name: near, version: "*", repository: "file://../near"}]\n',
  "library/Chart.yaml": "apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n",
  "one.yaml": "a: {b: one}\n",
  "two.yaml": "a: {c: null}\nd: two\n",
  "text.txt": "from a file, with a comma\n",
};

describe.skipIf(!(await available(import.meta.filename, "helm")))("charts rendered with helm's flags", () => {
  let root = "";
  let servers: ChartServers;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "chart-template-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, "charts", path)), { recursive: true });
      writeFileSync(join(root, "charts", path), text);
    }
    servers = await openChartServers(root);
    for (const version of ["1.2.0", "1.10.0", "2.0.0-rc.1"]) {
      await runHelm(["package", "charts/web", "-d", "repository", "--version", version], root);
      const archive = `repository/web-${version}.tgz`;
      await runHelm(["push", archive, servers.oci, "--plain-http"], root);
    }
    expect(await runHelm(["repo", "index", "repository"], root)).toMatchObject({ isDone: true });
  });
  afterAll(async () => {
    await servers.close();
    rmSync(root, { recursive: true });
  });

  function addressed(words: readonly string[]): string[] {
    return words.map((word) => word.replace(/^HTTP$/, servers.http).replace(/^OCI/, servers.oci));
  }

  /** Runs both in copies of the charts; both must print the same and leave the same files. */
  async function compare(given: readonly string[]) {
    const words = addressed(given);
    const [theirs, ours] = [join(root, "theirs"), join(root, "ours")];
    for (const copy of [theirs, ours]) {
      rmSync(copy, { recursive: true, force: true });
      cpSync(join(root, "charts"), copy, { recursive: true });
    }
    const isRemote = words.some((word) => /^(http|oci):/.test(word));
    const helm = await runHelm(isRemote ? [...words, "--plain-http"] : words, theirs);
    const own = await runOwn(words, ours);
    expect({ ...own, stderr: "" }).toEqual({ ...helm, stderr: "" });
    expect(treeOf(ours)).toEqual(treeOf(theirs));
    return { helm, own };
  }

  test.each<[string, readonly string[]]>([
    ["a literal", ["--set-literal", "a.b=1,c=\\,{x}", "--set-literal", "l[1].x=y=z"]],
    [
      "text, a file and JSON",
      [
        "--set-string",
        "a.b=1",
        "--set-file",
        "f=text.txt",
        "--set-json",
        'a.c=[1,{"x":null}],z=1.50',
        "--set-json",
        '{"d":{"e":1}}',
      ],
    ],
    [
      "all kinds of one value",
      [
        "--set-literal",
        "a=literal",
        "--set-file",
        "a=text.txt",
        "--set",
        "a=set",
        "--set-string",
        "a=string",
        "--set-json",
        "a=1",
        "-f",
        "one.yaml",
      ],
    ],
    ["several files in one word", ["-f", "one.yaml,two.yaml"]],
    ["lists and escapes", ["--set", "a.c={x,y},b\\.c=1,n=null,t=true,i=007,l[2]=x,e="]],
    ["another namespace", ["--namespace", "shop"]],
    ["crds", ["--include-crds"]],
    ["no crds", ["--include-crds", "--skip-crds"]],
    ["no hooks", ["--no-hooks"]],
    ["no tests", ["--skip-tests"]],
    ["two templates alone", ["-s", "templates/more/two.yaml", "-s", "templates/hook.yaml"]],
    ["a subchart's template alone", ["-s", "charts/sub/templates/a.yaml"]],
    ["templates by a pattern", ["-s", "templates/*.yaml"]],
    [
      "versions of the cluster",
      ["--kube-version", "1.30.1", "-a", "a/v1,b/v2", "--api-versions", "c/v3", "--is-upgrade"],
    ],
    ["files instead of text", ["--output-dir", "out"]],
    ["files in a folder of the release", ["--output-dir", "out/deep", "--release-name", "--include-crds"]],
    ["files without hooks", ["--output-dir", "out", "--no-hooks"]],
  ])("with %s", async (_name, flags) => {
    expect((await compare(["template", "site", "web", ...flags])).helm.isDone).toBe(true);
  });

  test.each<[string, readonly string[]]>([
    ["a name of its own", ["template", "web", "--generate-name"]],
    ["a name from a template", ["template", "web", "--name-template", '{{ "Site" | lower }}-{{ add 1 2 }}']],
    ["dependencies got first", ["template", "site", "needy", "--dependency-update"]],
    ["a repository's newest", ["template", "site", "web", "--repo", "HTTP"]],
    ["a repository's version", ["template", "site", "web", "--repo", "HTTP", "--version", "~1.2"]],
    ["a repository's prerelease", ["template", "site", "web", "--repo", "HTTP", "--devel"]],
    ["a registry's newest", ["template", "site", "OCI/web"]],
    ["a registry's version", ["template", "site", "OCI/web", "--version", "1.2.0"]],
    ["a registry's tag", ["template", "site", "OCI/web:1.2.0"]],
    ["what a registry's chart says of itself", ["show", "chart", "OCI/web", "--version", "^1"]],
    ["all a repository's chart says", ["show", "all", "web", "--repo", "HTTP"]],
  ])("from %s", async (_name, words) => {
    expect((await compare(words)).helm.isDone).toBe(true);
  });

  test.each<[string, readonly string[]]>([
    ["missing dependencies", ["template", "site", "needy"]],
    ["a library", ["template", "site", "library"]],
    ["a template that isn't there", ["template", "site", "web", "-s", "templates/none.yaml"]],
    ["a key without a value", ["template", "site", "web", "--set-literal", "a"]],
    ["text without an end", ["template", "site", "web", "--set-string", "a={b"]],
    ["JSON that is none", ["template", "site", "web", "--set-json", "a={"]],
    ["an object that is none", ["template", "site", "web", "--set-json", '{"a":']],
    ["a Kubernetes version that is none", ["template", "site", "web", "--kube-version", "x"]],
    ["a template of a name that is none", ["template", "web", "--name-template", "{{"]],
    ["two names", ["template", "site", "web", "--generate-name"]],
  ])("not with %s", async (_name, words) => {
    const { helm, own } = await compare(words);
    expect(helm.isDone).toBe(false);
    const [, problem] = /^Error: (.*)/m.exec(helm.stderr) ?? [];
    if (problem === undefined) throw new Error(`helm says no error: ${helm.stderr}`);
    expect(own.stderr).toContain(problem.replace(/ "?[^ ]*$/, ""));
  });
});

/** Every file below a folder with its text; the lock without its time, and archives by their names. */
function treeOf(folder: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (/^\.(cache|config|local)/.test(path) || statSync(join(folder, path)).isDirectory()) continue;
    const text = path.endsWith(".tgz") ? "" : readFileSync(join(folder, path), "utf8");
    tree[path] = text.replace(/^generated: .*$/m, "");
  }
  return tree;
}
