import { flag, integer, listOf, mapping, record, type ShapeOf, text, textMap, texts } from "./shapes.ts";

const gvk = { group: text, version: text, kind: text };

/** Where a field stands in objects of a kind. */
export const fieldSpecShape = record({ ...gvk, path: text, create: flag });

const resourceId = { ...gvk, name: text, namespace: text };

/** Which objects something applies to; texts are anchored regular expressions. */
export const selectorShape = record({ ...resourceId, labelSelector: text, annotationSelector: text });
export type Selector = ShapeOf<typeof selectorShape>;

const patchOptions = record({ allowNameChange: flag, allowKindChange: flag });
export const patchFields = { patch: text, path: text, target: selectorShape, options: patchOptions };
const patchShape = record(patchFields);
/** A strategic merge or JSON 6902 patch, inline or in a file. */
export type Patch = ShapeOf<typeof patchShape>;

const labelsShape = record({
  pairs: textMap,
  includeSelectors: flag,
  includeTemplates: flag,
  fields: listOf(fieldSpecShape),
});
export type Labels = ShapeOf<typeof labelsShape>;

export const imageShape = record({ name: text, newName: text, newTag: text, tagSuffix: text, digest: text });
export type ImageChange = ShapeOf<typeof imageShape>;

export const replicaShape = record({ name: text, count: integer });
export type Replica = ShapeOf<typeof replicaShape>;

const generatorOptions = record({
  labels: textMap,
  annotations: textMap,
  disableNameSuffixHash: flag,
  immutable: flag,
});
export type GeneratorOptions = ShapeOf<typeof generatorOptions>;

export const generatorFields = {
  name: text,
  namespace: text,
  behavior: text,
  files: texts,
  literals: texts,
  envs: texts,
  env: text,
  options: generatorOptions,
};
const generatorShape = record({ ...generatorFields, type: text });
/** A ConfigMap or Secret made from files and texts; `type` is a Secret's. */
export type Generator = ShapeOf<typeof generatorShape>;

const fieldOptions = record({ delimiter: text, index: integer, encoding: text, create: flag });
export type FieldOptions = ShapeOf<typeof fieldOptions>;
const sourceShape = record({ ...resourceId, fieldPath: text, options: fieldOptions });
export type ReplacementSource = ShapeOf<typeof sourceShape>;
const targetShape = record({
  select: selectorShape,
  reject: listOf(selectorShape),
  fieldPaths: texts,
  options: fieldOptions,
});
export type ReplacementTarget = ShapeOf<typeof targetShape>;
const replacementFields = { source: sourceShape, targets: listOf(targetShape), sourceValue: text };
export const replacementShape = record({ ...replacementFields, path: text });
/** A value that is copied from one object's field to others', inline or in a file. */
export type Replacement = ShapeOf<typeof replacementShape>;

const variableShape = record({
  name: text,
  objref: record({ ...resourceId, apiVersion: text }),
  fieldref: record({ fieldPath: text }),
});
/** A value that stands for `$(name)`. */
export type Variable = ShapeOf<typeof variableShape>;

const sortOptions = record({
  order: text,
  legacySortOptions: record({ orderFirst: texts, orderLast: texts }),
});
export type SortOptions = ShapeOf<typeof sortOptions>;

/** Where charts lie, from the kustomization's folder; nothing is kept in a folder of configuration. */
export const helmGlobalFields = { chartHome: text, configHome: text };
const helmGlobals = record(helmGlobalFields);
export type HelmGlobals = ShapeOf<typeof helmGlobals>;

export const helmChartFields = {
  name: text,
  version: text,
  repo: text,
  releaseName: text,
  namespace: text,
  additionalValuesFiles: texts,
  valuesFile: text,
  valuesInline: mapping,
  valuesMerge: text,
  includeCRDs: flag,
  skipHooks: flag,
  apiVersions: texts,
  kubeVersion: text,
  nameTemplate: text,
  skipTests: flag,
  debug: flag,
  devel: flag,
};
const helmChart = record(helmChartFields);
/** A chart that is rendered into objects. */
export type HelmChart = ShapeOf<typeof helmChart>;

/** The same as older kustomizations say it. */
const helmChartArguments = record({
  chartName: text,
  chartVersion: text,
  chartRepoUrl: text,
  chartHome: text,
  chartRepoName: text,
  helmBin: text,
  helmHome: text,
  values: text,
  valuesLocal: mapping,
  valuesMerge: text,
  releaseName: text,
  releaseNamespace: text,
  extraArgs: texts,
});
export type HelmChartArguments = ShapeOf<typeof helmChartArguments>;

export const metadataShape = record({ name: text, namespace: text, labels: textMap, annotations: textMap });

/** The fields of a kustomization, as Kustomize 5 knows them. */
export const kustomizationShape = record({
  apiVersion: text,
  kind: text,
  metadata: metadataShape,
  openapi: textMap,
  namePrefix: text,
  nameSuffix: text,
  namespace: text,
  commonLabels: textMap,
  labels: listOf(labelsShape),
  commonAnnotations: textMap,
  patchesStrategicMerge: texts,
  patchesJson6902: listOf(patchShape),
  patches: listOf(patchShape),
  images: listOf(imageShape),
  imageTags: listOf(imageShape),
  replacements: listOf(replacementShape),
  replicas: listOf(replicaShape),
  vars: listOf(variableShape),
  sortOptions,
  resources: texts,
  components: texts,
  crds: texts,
  bases: texts,
  configMapGenerator: listOf(record(generatorFields)),
  secretGenerator: listOf(generatorShape),
  helmGlobals,
  helmCharts: listOf(helmChart),
  helmChartInflationGenerator: listOf(helmChartArguments),
  generatorOptions,
  configurations: texts,
  generators: texts,
  transformers: texts,
  validators: texts,
  buildMetadata: texts,
});
export type Kustomization = ShapeOf<typeof kustomizationShape>;
