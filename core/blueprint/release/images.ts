import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import { type BlueprintFolder, chartFolder } from "../folder/folder.ts";

/** A container image a chart names in its values. */
export interface ChartImage {
  /** Where in the values: `image`, `metrics.image`. */
  readonly path: string;
  /** `registry.catalyst.local/library/mariadb` */
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * The images in a chart's default values: every object with a `repository`, in the spelling charts share
 * (`registry`, `repository`, `tag`, `digest`).
 */
export function chartImages(folder: BlueprintFolder): ChartImage[] {
  const bytes = folder.files.get(`${chartFolder}/values.yaml`);
  if (bytes === undefined) return [];
  const values = parseYaml(new TextDecoder().decode(bytes), { file: `${chartFolder}/values.yaml` }).value;
  const found: ChartImage[] = [];
  collect(values, [], found);
  return found;
}

function collect(value: unknown, path: readonly string[], found: ChartImage[]): void {
  if (!isObject(value)) return;
  const repository = text(value["repository"]);
  if (repository !== undefined) {
    const registry = text(value["registry"]);
    found.push({
      path: path.join("."),
      repository: registry === undefined ? repository : `${registry}/${repository}`,
      tag: text(value["tag"]),
      digest: text(value["digest"]),
    });
  }
  for (const [key, item] of Object.entries(value)) collect(item, [...path, key], found);
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
