import { isObject } from "@catalyst/base/json";
import type { LocatedYaml } from "@catalyst/base/yaml";
import type { Problem } from "@catalyst/model/problem";

/** A manifest in today's spelling, with a warning for each field that wasn't. */
export interface NormalizedManifest {
  readonly value: unknown;
  readonly warnings: readonly Problem[];
}

type Fields = Record<string, unknown>;

/**
 * Rewrites the spellings found in older Blueprints (blueprints.md): `metadata.version`, dependencies as
 * text, predicates as `{{ .config.x }}`, `placementSchema`, `card.summary`.
 */
export function normalizeManifest(located: LocatedYaml): NormalizedManifest {
  const warnings: Problem[] = [];
  if (!isObject(located.value)) return { value: located.value, warnings };
  const value = structuredClone(located.value) as Fields;
  const metadata = isObject(value["metadata"]) ? value["metadata"] : {};
  const spec = isObject(value["spec"]) ? value["spec"] : {};
  const warn = (path: (string | number)[], hint: string) => {
    const line = located.lineOf(path);
    warnings.push({
      code: "manifest-old-spelling",
      message: `${path.join(".")} is an old spelling`,
      file: "blueprint.yaml",
      field: path.join("."),
      hint,
      ...(line === undefined ? {} : { line }),
    });
  };
  if (metadata["version"] !== undefined) {
    warn(["metadata", "version"], "Move it to spec.version.");
    spec["version"] ??= metadata["version"];
    delete metadata["version"];
  }
  if (spec["placementSchema"] !== undefined) {
    warn(["spec", "placementSchema"], "Call it placement.");
    spec["placement"] ??= spec["placementSchema"];
    delete spec["placementSchema"];
  }
  if (isObject(spec["card"]) && spec["card"]["summary"] !== undefined) {
    warn(["spec", "card", "summary"], "Call it tagline.");
    spec["card"]["tagline"] ??= spec["card"]["summary"];
    delete spec["card"]["summary"];
  }
  if (Array.isArray(spec["depends"])) {
    spec["depends"] = spec["depends"].map((item: unknown, index) => normalizeDependency(item, index, warn));
  }
  return { value, warnings };
}

function normalizeDependency(
  item: unknown,
  index: number,
  warn: (path: (string | number)[], hint: string) => void,
): unknown {
  const path = ["spec", "depends", index];
  if (typeof item === "string") {
    warn(path, "Write blueprint and version as fields.");
    const [blueprint = "", ...range] = item.trim().split(/[\s@]+/);
    return { blueprint, version: range.length === 0 ? "*" : range.join(" ") };
  }
  if (!isObject(item) || typeof item["when"] !== "string") return item;
  const predicate = /^\s*\{\{-?\s*(.*?)\s*-?\}\}\s*$/.exec(item["when"]);
  if (predicate === null) return item;
  warn([...path, "when"], "Write it in CEL: config.field.");
  return { ...item, when: (predicate[1] ?? "").replace(/(^|[\s(!])\.config\b/g, "$1config") };
}
