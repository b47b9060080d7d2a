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

const files: Readonly<Record<string, string | Uint8Array>> = {
  "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.0\nappVersion: '7'\n",
  "web/README.md": "# Web\n",
  "web/values.yaml": "a: {b: 1, c: [1, 2]}\nsub: {on: true}\n",
  "web/crds/crd.yaml": "kind: CustomResourceDefinition\nmetadata: {name: c}\n",
  "web/templates/values.yaml":
    'kind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}\ndata: {values: {{ toJson .Values | quote }}, for: "{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions | len }}"}\n',
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
  "needy/values.yaml": "# none\n",
  "library/Chart.yaml": "apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n",
  "locked/Chart.yaml": "apiVersion: v2\nname: locked\nversion: 1.0.0\n",
  "locked/Chart.lock": "dependencies: [\n",
  "listed/Chart.yaml": "apiVersion: v2\nname: listed\nversion: 1.0.0\n",
  "listed/Chart.lock": "- near\n",
  "broken/Chart.yaml": "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
  "broken/templates/a.yaml": "a: b: {{ .Release.Name }}\n",
  "broken/templates/empty.yaml": "\n",
  "broken/templates/NOTES.txt": "Notes.\n",
  "one.yaml": "a: {b: one}\n",
  "two.yaml": "a: {c: null}\nd: two\n",
  "latin.yaml": Uint8Array.of(0x61, 0x3a, 0x20, 0xe9, 0x0a),
  bytes: Uint8Array.of(0, 0xff, 0xfe, 0x41),
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
    ["a file that isn't text", ["--set-file", "f={text.txt,bytes}"]],
    ["an object with half a character", ["--set-json", '{"a":"\\ud800"}']],
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
    ["values that end in an index", ["--set", "l[1]=x,l[0].b=1,a.c["]],
    ["JSON that ends behind an index", ["--set-json", "a.c=[1],d[0]"]],
    ["a file that isn't named", ["--set-file", "a.b="]],
    ["a values file that isn't named", ["--values", ""]],
    ["a version of the cluster with letters behind a dot", ["--kube-version", "v1.30.x"]],
    ["a version of the cluster with a zero before", ["--kube-version", "1.030"]],
    [
      "options that are empty",
      ["--output-dir", "", "--namespace", "", "--name-template", "", "-a", "", "-a", "z/v1"],
    ],
    ["a version of the cluster that isn't given", ["--kube-version", ""]],
    [
      "switches that are off",
      ["--include-crds=false", "--no-hooks=true", "--skip-tests", "--skip-tests=false"],
    ],
    [
      "what is for an install",
      [
        "--create-namespace",
        "--description",
        "x",
        "--disable-openapi-validation",
        "--dry-run=client",
        "--force-conflicts",
        "-l",
        "a=b,c=d",
        "--replace",
        "--rollback-on-failure",
        "--server-side=false",
        "--take-ownership",
        "--timeout",
        "5m",
        "--wait",
        "--wait-for-jobs",
      ],
    ],
    ["other ways to wait and to try", ["--wait=legacy", "--dry-run", "--labels=a=b", "--force-replace"]],
    [
      "what is for a cluster",
      [
        "--kubeconfig",
        "none",
        "--kube-context=x",
        "--kube-as-group=a",
        "--kube-as-group=b",
        "--kube-insecure-skip-tls-verify",
        "--qps=3",
        "--burst-limit",
        "5",
        "--color=never",
        "--render-subchart-notes",
        "--debug",
      ],
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
    ["all that a chart without a value says", ["show", "all", "needy"]],
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
    ["a file that isn't there", ["template", "site", "web", "--set-file", "a=none"]],
    ["a file without a name", ["template", "site", "web", "--set-file", "a=,b=text.txt"]],
    ["a key below null", ["template", "site", "web", "--set", "z=null,z.b=1"]],
    ["a key below a number of a file", ["template", "site", "web", "-f", "one.yaml", "--set", "a.b.c=1"]],
    ["an item of a map", ["template", "site", "web", "--set", "z.b=1,z[0]=1"]],
    ["text behind an index", ["template", "site", "web", "--set", "z[0]b=1"]],
    ["a folder as a file", ["template", "site", "web", "--set-file", "a={text.txt,web}"]],
    ["a values file that isn't UTF-8", ["template", "site", "web", "-f", "latin.yaml"]],
    ["a values file that isn't there", ["template", "site", "web", "-f", "none.yaml"]],
    ["a lock that can't be read", ["template", "site", "locked"]],
    ["a lock of another type", ["template", "site", "listed"]],
    ["a Kubernetes version that is none", ["template", "site", "web", "--kube-version", "x"]],
    ["a Kubernetes version of one number", ["template", "site", "web", "--kube-version", "1"]],
    ["a Kubernetes version with a zero before", ["template", "site", "web", "--kube-version", "01.30"]],
    [
      "a Kubernetes version that no number holds",
      ["template", "site", "web", "--kube-version", "1.99999999999999999999"],
    ],
    ["a template of a name that is none", ["template", "web", "--name-template", "{{"]],
    ["a way to wait that is none", ["template", "site", "web", "--wait=foo"]],
    ["a dry run that is none", ["template", "site", "web", "--dry-run=foo"]],
    ["two kinds of force", ["template", "site", "web", "--force-conflicts", "--force-replace"]],
    ["a label that is none", ["template", "site", "web", "--labels", "a"]],
    ["two names", ["template", "site", "web", "--generate-name"]],
    ["what isn't YAML", ["template", "site", "broken"]],
    ["what isn't YAML, shown", ["template", "site", "broken", "--debug"]],
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
