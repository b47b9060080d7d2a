import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../cli/main.ts";
import { commandTable } from "../cli/table.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kustomize-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const build = (...words: string[]) => buildIn("", ...words);

/** Gives the command in a folder below. */
async function buildIn(below: string, ...words: string[]) {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table: commandTable,
    words: ["kustomize", "build", ...words],
    folder: join(folder, below),
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

/** Writes a kustomization with a chart beside it that makes one object of its release's name, and `more` of it. */
function writeChart(at: string, more: string): void {
  write(`${at}/kustomization.yaml`, "helmCharts: [{ name: web, releaseName: shop }]\n");
  write(`${at}/charts/web/Chart.yaml`, "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  write(`${at}/charts/web/values.yaml`, "");
  const object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n";
  write(`${at}/charts/web/templates/settings.yaml`, object + more);
}

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";

test("prints the objects of a folder", async () => {
  write("app/kustomization.yaml", "resources: [settings.yaml]\n");
  write("app/settings.yaml", configMap);
  expect(await build("app")).toEqual({ exit: 0, stdout: configMap, stderr: "" });
});

test("reads a base beside it in the same repository", async () => {
  mkdirSync(join(folder, ".git"));
  write("base/kustomization.yaml", "resources: [settings.yaml]\n");
  write("base/settings.yaml", configMap);
  write("overlay/kustomization.yaml", "resources: [../base]\n");
  expect((await build("overlay")).stdout).toBe(configMap);
});

test("reads nothing outside the folder it is given in where there is no repository, but what --root names", async () => {
  write("base/kustomization.yaml", "resources: [settings.yaml]\n");
  write("base/settings.yaml", configMap);
  write("overlay/kustomization.yaml", "resources: [../base]\n");
  expect((await build("overlay")).stdout).toBe(configMap);
  expect(await buildIn("overlay")).toEqual({
    exit: 1,
    stdout: "",
    stderr:
      "catalyst: kustomization.yaml: resources[0]: '../base' leads out of the source. Name a folder that holds both: --root DIR.\n",
  });
  expect((await buildIn("overlay", "--root", "..")).stdout).toBe(configMap);
  expect((await buildIn("overlay", "--root", "../base")).stderr).toBe(
    "catalyst: '.' doesn't lie in '../base', which --root names. See ./catalyst kustomize build --help.\n",
  );
});

test("reads files beside its folder when it may", async () => {
  write("settings.yaml", configMap);
  write("app/kustomization.yaml", "resources: [../settings.yaml]\n");
  expect((await build("app")).stderr).toContain("is not in or below the kustomization's folder");
  expect((await build("app", "--load-restrictor", "LoadRestrictionsNone")).stdout).toBe(configMap);
  expect(await build("app", "--load-restrictor", "none")).toMatchObject({ exit: 2, stdout: "" });
});

test("builds the folder it is given in", async () => {
  write("app/kustomization.yaml", "resources: [settings.yaml]\n");
  write("app/settings.yaml", configMap);
  expect((await buildIn("app")).stdout).toBe(configMap);
});

test("renders the charts that lie there when it is told to, and fetches none", async () => {
  write("app/kustomization.yaml", "helmCharts: [{ name: web, releaseName: shop }]\n");
  write("app/charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
  write("app/charts/web/values.yaml", "");
  write(
    "app/charts/web/templates/settings.yaml",
    `${configMap}data:\n  on: {{ .Capabilities.KubeVersion }}\n  has: "{{ .Capabilities.APIVersions.Has "a/v1" }}"\n`,
  );
  expect((await build("app")).stderr).toBe(
    "catalyst: app/kustomization.yaml: helmCharts[0]: charts aren't rendered within this kustomization. Give --enable-helm to render those that lie in its chartHome.\n",
  );
  const words = ["--enable-helm", "--helm-kube-version", "v1.30.1", "--helm-api-versions", "a/v1"];
  expect(await build("app", ...words)).toMatchObject({
    exit: 0,
    stdout:
      'apiVersion: v1\ndata:\n  has: "true"\n  "on": v1.30.1\nkind: ConfigMap\nmetadata:\n  name: settings\n',
  });
  write("app/kustomization.yaml", "helmCharts: [{ name: other, repo: https://charts.example.com }]\n");
  expect((await build("app", "--enable-helm")).stderr).toContain(
    "the chart 'other' isn't at 'charts/other', and charts aren't fetched",
  );
});

test("tells charts what their kustomization says of the cluster rather than what the options say", async () => {
  writeChart(
    "app",
    `data: {kube: {{ .Capabilities.KubeVersion }}, has: '{{ .Capabilities.APIVersions.Has "a/v1" }}'}`,
  );
  write(
    "app/kustomization.yaml",
    "helmCharts: [{ name: web, releaseName: shop, kubeVersion: 1.20.0, apiVersions: [b/v1] }]\n",
  );
  const words = ["--enable-helm", "--helm-kube-version", "1.30", "--helm-api-versions", "a/v1"];
  const { stdout } = await build("app", ...words);
  expect(stdout).toContain('has: "false"\n  kube: v1.20.0\n');
  expect(await build("app", "--enable-helm", "--helm-kube-version", "latest")).toMatchObject({ exit: 2 });
});

test("renders no chart that is not whole without what a link in it leads to", async () => {
  writeChart("app", "data: {}");
  symlinkSync(join(folder, "app/kustomization.yaml"), join(folder, "app/charts/web/templates/link.yaml"));
  expect(await build("app", "--enable-helm")).toEqual({
    exit: 1,
    stdout: "",
    stderr:
      "catalyst: app/charts/web/templates/link.yaml: a chart has files and folders alone, and no links. Put the file itself there, or name it in .helmignore.\n",
  });
  write("app/charts/web/.helmignore", "link.yaml\n");
  expect((await build("app", "--enable-helm")).exit).toBe(0);
});

test.each([
  ["Chart.yaml", "version: 1\n", "app/charts/web/Chart.yaml: validation: "],
  ["values.yaml", "a: [\n", "app/charts/web/values.yaml: "],
  ["templates/a.yaml", '{{ fail "no" }}', "app/charts/web/templates/a.yaml:1: execution error at "],
  ["templates/a.yaml", "{{ nope }}", "app/charts/web/templates/a.yaml:1: parse error at "],
  ["templates/a.yaml", "a: b", "app/charts/web: what the chart is rendered to can't be taken: missing "],
])("names a chart's file %s with %j from where the command is given", async (file, text, words) => {
  writeChart("app", "data: {}");
  write(`app/charts/web/${file}`, text);
  expect((await build("app", "--enable-helm")).stderr).toContain(`catalyst: ${words}`);
});

test("reads no file that is larger than a chart can be", async () => {
  writeChart("app", "data: {}");
  write("app/charts/web/large", "");
  truncateSync(join(folder, "app/charts/web/large"), 3 * 1024 ** 3);
  expect((await build("app", "--enable-helm")).stderr).toBe(
    "catalyst: app/charts/web/large: the file is larger than 104857600 bytes\n",
  );
  write("app/charts/web/.helmignore", "large\n");
  expect((await build("app", "--enable-helm")).exit).toBe(0);
});

test("ends when charts are rendered to more than a build can hold", async () => {
  writeChart("app", '{{ $x := "x" }}{{ range until 23 }}{{ $x = print $x $x }}{{ end }}data: {x: {{ $x }}}');
  const charts = Array.from({ length: 20 }, (_, index) => `{ name: web, releaseName: r${index} }`);
  write("app/kustomization.yaml", `helmCharts: [${charts.join(", ")}]\n`);
  expect((await build("app", "--enable-helm")).stderr).toContain(
    "helmCharts[12]: the charts are rendered to more than 104857600 characters together",
  );
});

test("says of a chart's folder outside that it isn't read", async () => {
  write("app/kustomization.yaml", "helmGlobals: { chartHome: /charts }\nhelmCharts: [{ name: web }]\n");
  expect((await build("app", "--enable-helm")).stderr).toBe(
    "catalyst: app/kustomization.yaml: helmCharts[0]: '/charts/web' leads out of the source. Write the path as seen from the kustomization's folder.\n",
  );
});

test("says that a file is no folder", async () => {
  write("app/kustomization.yaml", "resources: []\n");
  expect((await build("app/kustomization.yaml")).stderr).toBe(
    "catalyst: 'app/kustomization.yaml' is no folder. Name the folder it lies in.\n",
  );
});

test("follows no link out of the folder", async () => {
  write("secret.yaml", configMap);
  write("app/kustomization.yaml", "resources: [settings.yaml]\n");
  symlinkSync(join(folder, "secret.yaml"), join(folder, "app/settings.yaml"));
  expect((await build("app")).exit).toBe(1);
});

test("follows no link on the way to a file", async () => {
  write("elsewhere/settings.yaml", configMap);
  write("app/kustomization.yaml", "configMapGenerator: [{ name: c, files: [link/settings.yaml] }]\n");
  symlinkSync(join(folder, "elsewhere"), join(folder, "app/link"));
  const { exit, stdout, stderr } = await build("app");
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
  expect(stderr).toContain("there is no file 'app/link/settings.yaml'");
});

test("takes a link to the folder that is built for the folder", async () => {
  mkdirSync(join(folder, "repository/.git"), { recursive: true });
  write("repository/base/kustomization.yaml", "resources: [settings.yaml]\n");
  write("repository/base/settings.yaml", configMap);
  write("repository/app/kustomization.yaml", "resources: [../base]\n");
  symlinkSync(join(folder, "repository/app"), join(folder, "current"));
  expect(await build("current")).toEqual({ exit: 0, stdout: configMap, stderr: "" });
});

test.each([
  ["has a NUL", "a\\0b"],
  ["is longer than one can be", "a".repeat(300)],
  ["leads deeper than one can be", "a/".repeat(20_000)],
])("says that there is no file where its name %s", async (_what, name) => {
  write("app/kustomization.yaml", `resources: ["${name}"]\n`);
  const { exit, stderr } = await build("app");
  expect(exit).toBe(1);
  expect(stderr).toContain("there is no file");
  expect(stderr.split("\n").length).toBe(2);
});

test("fetches no kustomization", async () => {
  expect((await build("https://github.com/example/deploy//overlays/production?ref=v1")).stderr).toBe(
    "catalyst: 'https://github.com/example/deploy//overlays/production?ref=v1' is not a path: nothing is fetched. Clone the repository and name its folder.\n",
  );
});

test("names the folder that isn't there as it was given", async () => {
  expect(await build("nowhere")).toEqual({
    exit: 1,
    stdout: "",
    stderr: "catalyst: there is no folder 'nowhere'\n",
  });
});
