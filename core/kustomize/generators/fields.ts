import type { Pieces } from "@catalyst/base/pieces";
import { within } from "../layer.ts";
import type { Item, Origin } from "../objects/item.ts";
import type { ItemSet } from "../objects/item-set.ts";
import { builtinOrigin } from "../objects/origin.ts";
import type { Target } from "../target.ts";
import { combinedOptions, generateData } from "./data-generators.ts";
import { inflateChart } from "./helm-charts.ts";

/** Makes what the fields of a kustomization generate, in Kustomize's order. */
export function* generateFields(target: Target, set: ItemSet): Pieces<void> {
  yield* generateKind(target, set, "ConfigMap");
  yield* generateKind(target, set, "Secret");
  yield* generateCharts(target, set);
}

function* generateCharts(target: Target, set: ItemSet): Pieces<void> {
  const { layer, fields, originPath, namespaceAbove } = target;
  for (const [index, chart] of (fields.helmCharts ?? []).entries()) {
    const field = `helmCharts[${index}]`;
    const namespace = chart.namespace || fields.namespace || namespaceAbove;
    const origin = builtinOrigin(originPath, layer.file, "HelmChartInflationGenerator");
    const whole = { ...fields.helmGlobals, ...chart, namespace };
    for (const item of inflateChart(whole, layer, layer.place(field)))
      absorb(target, set, item, origin, field);
    yield;
  }
}

function* generateKind(target: Target, set: ItemSet, kind: "ConfigMap" | "Secret"): Pieces<void> {
  const { layer, fields, originPath } = target;
  const list = kind === "ConfigMap" ? "configMapGenerator" : "secretGenerator";
  for (const [index, generator] of (fields[list] ?? []).entries()) {
    const field = `${list}[${index}]`;
    const options = combinedOptions(fields.generatorOptions, generator.options);
    const item = generateData(kind, { ...generator, options }, layer, field);
    absorb(target, set, item, builtinOrigin(originPath, layer.file, `${kind}Generator`), field);
    yield;
  }
}

/** Takes in what a field made, by its behavior. Throws `kustomize-duplicate` and others, naming the field. */
export function absorb(
  { layer }: Target,
  set: ItemSet,
  item: Item,
  origin: Origin | undefined,
  field: string,
): void {
  item.origin ??= origin;
  within(layer.place(field), () => set.absorb(item));
}
