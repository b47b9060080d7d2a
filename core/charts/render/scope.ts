import { compareText } from "@catalyst/base/go-order";
import { type Capabilities, capabilitiesValue } from "../chart/capabilities.ts";
import type { ActiveChart } from "../chart/dependencies.ts";
import { FilesValue } from "../chart/files-value.ts";
import { metadataValue } from "../chart/metadata.ts";
import { base } from "../functions/paths.ts";
import { int, type Value } from "../template/values.ts";
import type { ReleaseOptions } from "./render.ts";
import { asValues } from "./values-methods.ts";

/** A template with the values its chart sees. */
export interface Renderable {
  readonly path: string;
  readonly data: Uint8Array;
  readonly basePath: string;
  readonly scope: Map<string, Value>;
}

/** Gives every template of a chart and its subcharts, deepest first, each with what its chart sees. */
export function collectRenderables(
  active: ActiveChart,
  release: ReleaseOptions,
  capabilities: Capabilities,
  values: Map<string, Value>,
): Renderable[] {
  const renderables: Renderable[] = [];
  const top = new Map<string, Value>([
    ["Release", releaseValue(release)],
    ["Capabilities", capabilitiesValue(capabilities)],
    ["Values", asValues(values)],
  ]);
  collect(active, top, active.name, true, renderables);
  // An archive may hold a file twice; the last one counts, and is run once.
  const byPath = new Map(renderables.map((renderable) => [renderable.path, renderable]));
  return [...byPath.values()].sort(deepestFirst);
}

function releaseValue(release: ReleaseOptions): Map<string, Value> {
  const isUpgrade = release.isUpgrade === true;
  return new Map<string, Value>([
    ["Name", release.name],
    ["Namespace", release.namespace],
    ["IsUpgrade", isUpgrade],
    ["IsInstall", !isUpgrade],
    ["Revision", int(release.revision ?? 1)],
    ["Service", "Helm"],
  ]);
}

/** Prepares the scope of a chart and, inside it, those of its subcharts. */
function collect(
  active: ActiveChart,
  parent: Map<string, Value>,
  fullPath: string,
  isRoot: boolean,
  into: Renderable[],
): Map<string, Value> {
  const subcharts = new Map<string, Value>();
  const scope = new Map<string, Value>([
    ["Chart", metadataValue(active.metadata, isRoot)],
    ["Files", FilesValue.of(active.chart.files)],
    ["Release", parent.get("Release") ?? null],
    ["Capabilities", parent.get("Capabilities") ?? null],
    ["Values", isRoot ? (parent.get("Values") ?? null) : valuesOf(parent, active.name)],
    ["Subcharts", subcharts],
  ]);
  for (const subchart of active.dependencies) {
    const path = `${fullPath}/charts/${subchart.name}`;
    subcharts.set(subchart.name, collect(subchart, scope, path, false, into));
  }
  const isLibrary = active.metadata.type.toLowerCase() === "library";
  for (const { name, data } of active.chart.templates) {
    if (isLibrary && !base(name).startsWith("_")) continue;
    into.push({
      path: `${fullPath}/${name}`,
      data,
      basePath: `${fullPath}/templates`,
      scope,
    });
  }
  return scope;
}

function valuesOf(parent: Map<string, Value>, name: string): Value {
  const values = parent.get("Values");
  const section = values instanceof Map ? values.get(name) : undefined;
  return asValues(section instanceof Map ? section : new Map());
}

/** Templates are parsed deepest first, so that a chart's own definitions replace those of its subcharts. */
function deepestFirst(a: Renderable, b: Renderable): number {
  return count(b.path) - count(a.path) || compareText(b.path, a.path);
}

function count(path: string): number {
  return path.split("/").length;
}
