import { printYaml } from "@catalyst/base/yaml";
import { buildKustomization, fileTree, readDocuments } from "@catalyst/kustomize";
import type { PostRenderer } from "@catalyst/ports/flux";
import { fieldsOf, type Marked } from "./marked-object.ts";

/** What Flux calls the file of what a chart gave. */
const file = "helm-output.yaml";

/**
 * What Kustomize makes of all that a chart gave, hooks among it. Throws what a build throws. Source: helm-controller's
 * Kustomize post-renderer.
 */
export function kustomized(objects: readonly Marked[], { kustomize }: PostRenderer): readonly Marked[] {
  if (kustomize === undefined) return objects;
  const { patches = [], images = [] } = kustomize;
  // A patch that named a file would read what it has no business with.
  const inline = patches.map(({ patch, target }) => ({ patch, target }));
  const files = {
    "kustomization.yaml": JSON.stringify({ resources: [file], patches: inline, images }),
    [file]: objects.map((object) => printYaml(object)).join("---\n"),
  };
  const encoder = new TextEncoder();
  const bytes = Object.entries(files).map(([name, text]) => [name, encoder.encode(text)] as const);
  const tree = fileTree(new Map(bytes));
  const build = buildKustomization({ files: tree, path: "", restriction: "root", order: "fifo" });
  return readDocuments(build.text(), file, "yaml").map(fieldsOf);
}
