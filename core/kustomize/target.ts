import { joinPath } from "./files.ts";
import type { Kustomization } from "./kustomization/kustomization.ts";
import { readKustomization } from "./kustomization/read.ts";
import { type Build, Layer } from "./layer.ts";

/** A kustomization to carry out. */
export interface Target {
  readonly layer: Layer;
  readonly fields: Kustomization;
  /** The folders that include it, the outermost first. */
  readonly above: readonly string[];
  /** Its folder as seen from the outermost one, where origins are asked for. */
  readonly originPath: string | undefined;
  /** The namespace of what includes it, which its charts are rendered for. */
  readonly namespaceAbove: string | undefined;
}

/** Opens a folder's kustomization. Throws `kustomize-missing`, `kustomize-invalid`. */
export function openTarget(
  build: Build,
  folder: string,
  above: readonly string[],
): Pick<Target, "layer" | "fields" | "above"> & { readonly isComponent: boolean } {
  const known = build.kustomizations.get(folder) ?? readKustomization(build.files, folder);
  build.kustomizations.set(folder, known);
  const { path, fields, isComponent } = known;
  return { layer: new Layer(build, folder, path), fields, above, isComponent };
}

/** Makes a target of a folder without a kustomization, as if it had one of these fields. */
export function scannedTarget(build: Build, folder: string, fields: Kustomization): Target {
  const file = joinPath(folder, "kustomization.yaml");
  return {
    layer: new Layer(build, folder, file),
    fields,
    above: [],
    originPath: undefined,
    namespaceAbove: undefined,
  };
}
