import { CatalystError } from "@catalyst/base/errors";
import type { TransformerConfig } from "../configuration/transformer-config.ts";
import type { Kustomization } from "../kustomization/kustomization.ts";
import { type Layer, within } from "../layer.ts";
import type { Step } from "./builtin.ts";
import { imageChanger } from "./images.ts";
import { addPrefix, addSuffix } from "./names.ts";
import { setNamespace } from "./namespace.ts";
import { readJsonPatch, readMergePatches, readPatch } from "./patches.ts";
import { readReplacements } from "./replacements.ts";
import { setReplicas } from "./replicas.ts";
import { addTexts, labelSpecs } from "./texts.ts";

/** A step and the kind of builtin transformer it is, which `buildMetadata` shows. */
export interface NamedStep {
  readonly transformer: string;
  readonly step: Step;
}

type Fields = Kustomization;
type Maker = (fields: Fields, config: TransformerConfig, layer: Layer) => readonly Step[];

/** Each field's steps, in the order in which Kustomize takes the fields. */
const makers: readonly (readonly [transformer: string, make: Maker])[] = [
  ["PatchStrategicMergeTransformer", mergePatches],
  ["PatchTransformer", patches],
  ["NamespaceTransformer", namespace],
  ["PrefixTransformer", namePrefix],
  ["SuffixTransformer", nameSuffix],
  ["LabelTransformer", labels],
  ["AnnotationsTransformer", commonAnnotations],
  ["PatchJson6902Transformer", jsonPatches],
  ["ReplicaCountTransformer", replicas],
  ["ImageTagTransformer", images],
  ["ReplacementTransformer", replacements],
];

/** The changes that a kustomization's fields ask for, in Kustomize's order. All are read before the first is made. */
export function fieldSteps(fields: Fields, config: TransformerConfig, layer: Layer): readonly NamedStep[] {
  return makers.flatMap(([transformer, make]) =>
    make(fields, config, layer).map((step) => ({ transformer, step })),
  );
}

/** Names the field whose step fails. */
function placed(layer: Layer, field: string, step: Step): Step {
  const place = layer.place(field);
  return (set) => within(place, () => step(set));
}

function mergePatches(
  { patchesStrategicMerge = [] }: Fields,
  _config: TransformerConfig,
  layer: Layer,
): Step[] {
  if (patchesStrategicMerge.length === 0) return [];
  const placeOf = (index: number) => layer.place(`patchesStrategicMerge[${index}]`);
  return [placed(layer, "patchesStrategicMerge", readMergePatches(patchesStrategicMerge, layer, placeOf))];
}

function patches({ patches: all = [] }: Fields, _config: TransformerConfig, layer: Layer): Step[] {
  return all.map((patch, index) => {
    const field = `patches[${index}]`;
    const step = within(layer.place(field), () => readPatch(patch, layer, layer.place(field)));
    return placed(layer, field, step);
  });
}

function namespace({ namespace: name = "" }: Fields, config: TransformerConfig, layer: Layer): Step[] {
  if (name === "") return [];
  const change = { namespace: name, specs: config.namespace };
  return [placed(layer, "namespace", (set) => setNamespace(set.items, change))];
}

function namePrefix({ namePrefix: prefix = "" }: Fields, config: TransformerConfig, layer: Layer): Step[] {
  if (prefix === "") return [];
  return [placed(layer, "namePrefix", (set) => addPrefix(set.items, prefix, config.namePrefix))];
}

function nameSuffix({ nameSuffix: suffix = "" }: Fields, config: TransformerConfig, layer: Layer): Step[] {
  if (suffix === "") return [];
  return [placed(layer, "nameSuffix", (set) => addSuffix(set.items, suffix, config.nameSuffix))];
}

function labels(fields: Fields, config: TransformerConfig, layer: Layer): Step[] {
  const { labels: all = [], commonLabels = {} } = fields;
  if (all.length === 0 && Object.keys(commonLabels).length === 0) return [];
  const own = all.map((entry, index) => {
    const field = `labels[${index}]`;
    const specs = within(layer.place(field), () => labelSpecs(entry, config));
    return placed(layer, field, (set) => addTexts(set.items, entry.pairs ?? {}, specs));
  });
  const common: Step = (set) => addTexts(set.items, commonLabels, config.commonLabels);
  return [...own, placed(layer, "commonLabels", common)];
}

function commonAnnotations(
  { commonAnnotations: texts = {} }: Fields,
  config: TransformerConfig,
  layer: Layer,
): Step[] {
  if (Object.keys(texts).length === 0) return [];
  const step: Step = (set) => addTexts(set.items, texts, config.commonAnnotations);
  return [placed(layer, "commonAnnotations", step)];
}

function jsonPatches({ patchesJson6902 = [] }: Fields, _config: TransformerConfig, layer: Layer): Step[] {
  return patchesJson6902.map((patch, index) => {
    const field = `patchesJson6902[${index}]`;
    const step = within(layer.place(field), () => readJsonPatch(patch, layer, layer.place(field)));
    return placed(layer, field, step);
  });
}

function replicas({ replicas: all = [] }: Fields, config: TransformerConfig, layer: Layer): Step[] {
  return all.map((replica, index) =>
    placed(layer, `replicas[${index}]`, (set) => setReplicas(set, replica, config.replicas)),
  );
}

function images({ images: all = [] }: Fields, config: TransformerConfig, layer: Layer): Step[] {
  const change = imageChanger(config.images);
  return all.map((image, index) => placed(layer, `images[${index}]`, (set) => change(set.items, image)));
}

function replacements({ replacements: all = [] }: Fields, _config: TransformerConfig, layer: Layer): Step[] {
  if (all.length === 0) return [];
  const step = readReplacements(all, layer, (index) => layer.place(`replacements[${index}]`));
  return [placed(layer, "replacements", step)];
}

/** Tells whether what validates changed nothing. Throws `kustomize-validator-changed`. */
export function refuseChanges(before: readonly unknown[], after: readonly unknown[]): void {
  if (before.length === after.length && before.every((value, index) => value === after[index])) return;
  throw new CatalystError("kustomize-validator-changed", "a validator must not change objects");
}
