import type { PostRenderer, PostRenderStrategy } from "@catalyst/ports/flux";
import { expect, test } from "vitest";
import { postRendered } from "./post-render.ts";

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const labelled = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    of: web\n  name: ${name}\n`;

function render(files: Record<string, string>, ...kustomize: readonly PostRenderer["kustomize"][]) {
  return renderAs("combined", files, ...kustomize);
}

function renderAs(
  postRenderStrategy: PostRenderStrategy,
  files: Record<string, string>,
  ...kustomize: readonly PostRenderer["kustomize"][]
) {
  const postRenderers = kustomize.map((each) => ({ kustomize: each }) as PostRenderer);
  const rendering = {
    postRenderStrategy,
    postRenderers,
    commonMetadata: undefined,
    originLabels: { of: "web" },
  };
  return Object.fromEntries(postRendered(new Map(Object.entries(files)), rendering));
}

const failed = "error while running post render on files: ";

test("files stay apart, in the order of their names, and those of other templates are left out", () => {
  const files = {
    "web/templates/b.yaml": `${configMap("b")}---\n${configMap("a")}`,
    "web/templates/a.yaml": `# a comment\n---\n${configMap("c")}`,
    "web/templates/none.yaml": " \n",
    "web/templates/_helpers.yaml": "not: an object\n",
  };
  const patch =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {postrenderer.helm.sh/postrender-filename: null}}\n";
  expect(Object.entries(render(files, { patches: [{ patch }] }))).toEqual([
    ["web/templates/a.yaml", labelled("c")],
    ["web/templates/b.yaml", labelled("b")],
    // The third object has lost where it comes from.
    ["generated-by-postrender-2.yaml", labelled("a")],
  ]);
});

test("what is there for a build alone goes where Kustomize builds, and stays where it doesn't", () => {
  const files = {
    "a.yaml": `${configMap("a")}  annotations: {config.kubernetes.io/local-config: "true"}\n`,
  };
  expect(Object.keys(render(files))).toEqual(["a.yaml"]);
  expect(Object.keys(render(files, {}))).toEqual([]);
});

test("what can't be carried out is told as a failed post-render", () => {
  const files = { "web/templates/a.yaml": configMap("a") };
  const patched = (patch: string) => () => render(files, { patches: [{ patch }] });
  expect(patched("[]: {")).toThrow(`${failed}kustomization.yaml: patches[0]`);
  expect(patched(configMap("other"))).toThrow(`${failed}kustomization.yaml: patches[0]`);
  expect(() => render({ ...files, "web/templates/b.yaml": configMap("a") })).toThrow(
    `${failed}may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]`,
  );
});

test("a patch reads no file", () => {
  const named = { patch: "", path: "helm-output.yaml" };
  const kustomize = { patches: [named] } as PostRenderer["kustomize"];
  expect(() => render({ "a.yaml": configMap("a") }, kustomize)).toThrow(failed);
});

test("a hook that is an object of the chart as well is told from it where the two aren't rendered together", () => {
  const hook = `${configMap("a")}  annotations: {helm.sh/hook: pre-install}\n`;
  const files = { "web/templates/a.yaml": `${hook}---\n${configMap("a")}` };
  expect(() => render(files)).toThrow("already registered id");
  const own = `${labelled("a")}`.replace(
    "  labels",
    "  annotations:\n    helm.sh/hook: pre-install\n  labels",
  );
  expect(renderAs("separate", files)).toEqual({ "web/templates/a.yaml": `${own}\n---\n${labelled("a")}` });
  expect(renderAs("nohooks", files)).toEqual({
    "web/templates/a.yaml": `${hook}\n---\n${labelled("a")}`,
  });
});
