import { CatalystError } from "@catalyst/base/errors";
import { late } from "@catalyst/base/late";
import { parseYaml } from "@catalyst/base/yaml";
import data from "../data/field-specs.generated.json" with { type: "json" };
import { fieldSpecShape } from "../kustomization/kustomization.ts";
import { listOf, record, text } from "../kustomization/shapes.ts";
import { legacyOrder, ranksOf } from "../objects/order.ts";
import { type FieldSpec, type Gvk, isSelected } from "../values/field-spec.ts";

/** Where references to objects of a kind stand. */
export interface NameReference extends Gvk {
  readonly fieldSpecs?: readonly FieldSpec[] | undefined;
}

const specLists = [
  "namePrefix",
  "nameSuffix",
  "namespace",
  "commonLabels",
  "labels",
  "templateLabels",
  "commonAnnotations",
  "varReference",
  "images",
  "replicas",
] as const;

/** Where in objects the transformers make their changes. */
export type TransformerConfig = {
  readonly [List in (typeof specLists)[number]]: readonly FieldSpec[];
} & { readonly nameReference: readonly NameReference[] };

const specs = listOf(fieldSpecShape);
const configurationShape = record({
  namePrefix: specs,
  nameSuffix: specs,
  namespace: specs,
  commonLabels: specs,
  labels: specs,
  templateLabels: specs,
  commonAnnotations: specs,
  varReference: specs,
  images: specs,
  replicas: specs,
  nameReference: listOf(record({ group: text, version: text, kind: text, fieldSpecs: specs })),
});

type PartialConfig = { readonly [Name in keyof TransformerConfig]?: TransformerConfig[Name] | undefined };

/** A configuration that leads nowhere. */
export const emptyConfig: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  varReference: [],
  images: [],
  replicas: [],
  nameReference: [],
};

const kindRanks = ranksOf(legacyOrder);

/** What Kustomize knows by itself. */
export const defaultConfig = late(
  (): TransformerConfig => merged(emptyConfig, sorted(data as unknown as PartialConfig)),
);

/** Reads a file of `configurations`. Throws `kustomize-invalid` naming the field. */
export function readConfiguration(content: string, file: string): PartialConfig {
  const { value, lineOf } = parseYaml(content, { file });
  return sorted(
    configurationShape.read(value ?? {}, { file, field: "", isStrict: true, takesScalars: true, lineOf }),
  );
}

/** Adds to a configuration what another says more. Throws `kustomize-invalid` where they contradict each other. */
export function mergeConfigs(one: TransformerConfig, other: PartialConfig): TransformerConfig {
  if (one === other) return one;
  if (one === emptyConfig && other === defaultConfig()) return other as TransformerConfig;
  return merged(one, other);
}

function merged(one: TransformerConfig, other: PartialConfig): TransformerConfig {
  const lists: Record<string, unknown> = {};
  for (const list of specLists) lists[list] = byKind(mergeSpecs(one[list], other[list] ?? []));
  return {
    ...lists,
    nameReference: byKind(mergeReferences(one.nameReference, other.nameReference ?? [])),
  } as TransformerConfig;
}

/** Adds specs that aren't there yet. Throws `kustomize-invalid` where two differ in whether they make the field. */
export function mergeSpecs(one: readonly FieldSpec[], others: readonly FieldSpec[]): readonly FieldSpec[] {
  if (others.length === 0) return one;
  const merged = [...one];
  for (const other of others) {
    const known = merged.find((spec) => isSelected(spec, other) && (spec.path ?? "") === (other.path ?? ""));
    if (known === undefined) merged.push(other);
    else if ((known.create ?? false) !== (other.create ?? false)) {
      throw new CatalystError("kustomize-invalid", `there are conflicting field specs for '${other.path}'`);
    }
  }
  return merged;
}

function mergeReferences(
  one: readonly NameReference[],
  others: readonly NameReference[],
): readonly NameReference[] {
  const merged = [...one];
  for (const other of others) {
    const at = merged.findIndex((known) => gvkText(known) === gvkText(other));
    const known = merged[at];
    if (known === undefined) merged.push(other);
    else merged[at] = { ...known, fieldSpecs: mergeSpecs(known.fieldSpecs ?? [], other.fieldSpecs ?? []) };
  }
  return merged;
}

function gvkText({ group = "", version = "", kind = "" }: Gvk): string {
  return `${group}/${version}/${kind}`;
}

/** The order of a configuration's entries is that of their kinds. */
function sorted(config: PartialConfig): PartialConfig {
  const result: Record<string, unknown> = {};
  for (const name of [...specLists, "nameReference"] as const) {
    const entries = config[name];
    if (entries !== undefined) result[name] = byKind(entries);
  }
  return result as PartialConfig;
}

function byKind<T extends Gvk>(entries: readonly T[]): readonly T[] {
  return [...entries].sort(compareKinds);
}

function compareKinds(one: Gvk, other: Gvk): number {
  const text = ({ group, version, kind }: Gvk) => `${group || "~G"}_${version || "~V"}_${kind || "~K"}`;
  const rank = (kindRanks.get(one.kind ?? "") ?? 0) - (kindRanks.get(other.kind ?? "") ?? 0);
  if (rank !== 0) return rank;
  return text(one) < text(other) ? -1 : text(one) > text(other) ? 1 : 0;
}
