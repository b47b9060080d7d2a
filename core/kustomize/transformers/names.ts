import type { Item } from "../objects/item.ts";
import { type FieldSpec, isSelected, scalarSetter, updateField } from "../values/field-spec.ts";

/** Kinds whose names are fixed. Source: Kustomize's PrefixTransformer. */
const fixedKinds = [
  { kind: "CustomResourceDefinition" },
  { group: "apiregistration.k8s.io", kind: "APIService" },
  { kind: "Namespace" },
];

/** Adds a prefix to names, and to the other fields that the specs lead to. */
export function addPrefix(items: readonly Item[], prefix: string, specs: readonly FieldSpec[]): void {
  for (const item of items) {
    affix(
      item,
      specs,
      (text) => `${prefix}${text}`,
      () => {
        if (prefix !== "") item.prefixes = [...item.prefixes, prefix];
      },
      prefix !== "",
    );
  }
}

/** Adds a suffix to names, and to the other fields that the specs lead to. */
export function addSuffix(items: readonly Item[], suffix: string, specs: readonly FieldSpec[]): void {
  for (const item of items) {
    affix(
      item,
      specs,
      (text) => `${text}${suffix}`,
      () => {
        if (suffix !== "") item.suffixes = [...item.suffixes, suffix];
      },
      suffix !== "",
    );
  }
}

function affix(
  item: Item,
  specs: readonly FieldSpec[],
  next: (text: string) => string,
  remember: () => void,
  changes: boolean,
): void {
  const original = item.originalId;
  if (fixedKinds.some((kind) => isSelected(original, kind))) return;
  for (const spec of specs) {
    if (!isSelected(original, spec)) continue;
    if (spec.path === "metadata/name") {
      remember();
      if (changes) item.rememberId();
    }
    if (item.value !== undefined) {
      item.value = updateField(item.value, spec, { creates: "scalar", set: scalarSetter(next) });
    }
  }
}
