import { mergeSpecs, type TransformerConfig } from "../configuration/transformer-config.ts";
import type { Labels } from "../kustomization/kustomization.ts";
import type { Item } from "../objects/item.ts";
import { entrySetter, type FieldSpec, updateFields } from "../values/field-spec.ts";

type Texts = Readonly<Record<string, string>>;

/** Adds labels or annotations to the mappings that specs lead to. */
export function addTexts(items: readonly Item[], texts: Texts, specs: readonly FieldSpec[]): void {
  const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const item of items) {
    for (const [name, text] of entries) {
      if (item.value === undefined) continue;
      item.value = updateFields(item.value, specs, { creates: "mapping", set: entrySetter(name, text) });
    }
  }
}

const ownLabels: FieldSpec = { path: "metadata/labels", create: true };

/** Where the labels of one `labels` entry go. Throws `kustomize-invalid` when specs contradict each other. */
export function labelSpecs(labels: Labels, config: TransformerConfig): readonly FieldSpec[] {
  const own = mergeSpecs(labels.fields ?? [], config.labels);
  if (labels.includeSelectors === true) return mergeSpecs(own, config.commonLabels);
  const templates = labels.includeTemplates === true ? mergeSpecs(own, config.templateLabels) : own;
  return mergeSpecs(templates, [ownLabels]);
}
