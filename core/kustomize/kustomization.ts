import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import { readText } from "./documents.ts";
import type { FileTree } from "./files.ts";
import { kustomizationFileOf } from "./scan.ts";

/** The fields of a kustomization that a build understands. */
export interface Kustomization {
  readonly resources?: readonly string[];
}

const understood: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "resources"]);

export interface KustomizationFile {
  readonly path: string;
  readonly fields: Kustomization;
}

/**
 * Reads a folder's kustomization. Throws `kustomize-missing` when there's none, `kustomize-invalid` naming file,
 * line and field when a field isn't known or has the wrong shape.
 */
export function readKustomization(files: FileTree, folder: string): KustomizationFile {
  const path = kustomizationFileOf(files, folder);
  if (path === undefined) {
    throw new CatalystError("kustomize-missing", `there is no kustomization.yaml in '${folder || "."}'`, {
      place: { file: folder || "." },
    });
  }
  const document = parseYaml(readText(files, path, { file: path, field: "" }), {
    file: path,
    dialect: "kustomize",
  });
  const value = document.value ?? {};
  if (!isObject(value)) throw invalid(path, undefined, "", "a kustomization is a mapping");
  for (const field of Object.keys(value)) {
    if (!understood.has(field))
      throw invalid(path, document.lineOf([field]), field, `unknown field '${field}'`);
  }
  const resources = value["resources"] ?? [];
  if (!Array.isArray(resources) || !resources.every((item) => typeof item === "string")) {
    throw invalid(path, document.lineOf(["resources"]), "resources", "resources is a list of paths");
  }
  return { path, fields: { resources } };
}

function invalid(file: string, line: number | undefined, field: string, message: string): CatalystError {
  return new CatalystError("kustomize-invalid", message, { place: { file, line, field } });
}
