import { CatalystError, type Place } from "@catalyst/base/errors";
import { addHash } from "../generators/content-hash.ts";
import { generateData } from "../generators/data-generators.ts";
import { inflateChart } from "../generators/helm-charts.ts";
import {
  fieldSpecShape,
  generatorFields,
  helmChartFields,
  helmGlobalFields,
  imageShape,
  metadataShape,
  patchFields,
  replacementShape,
  replicaShape,
  selectorShape,
} from "../kustomization/kustomization.ts";
import { flag, listOf, record, type Shape, text, textMap, texts } from "../kustomization/shapes.ts";
import { type Layer, within } from "../layer.ts";
import type { Item } from "../objects/item.ts";
import type { ItemSet } from "../objects/item-set.ts";
import { meaningOf } from "../values/scalar.ts";
import { imageChanger } from "./images.ts";
import { addPrefix, addSuffix } from "./names.ts";
import { type SubjectMode, setNamespace, subjectModes } from "./namespace.ts";
import { readJsonPatch, readMergePatches, readPatch } from "./patches.ts";
import { readReplacements } from "./replacements.ts";
import { setReplicas } from "./replicas.ts";
import { addTexts } from "./texts.ts";
import { readValueAdd, valueAddShape } from "./value-add.ts";

/** One change of all objects gathered so far. */
export type Step = (set: ItemSet) => void;

/** What a file of `generators` or `transformers` makes. */
type Plugin =
  | { readonly generate: (config: unknown, layer: Layer, place: Place) => readonly Item[] }
  | { readonly transform: (config: unknown, layer: Layer, place: Place) => Step };

type MakeItems<T> = (config: T, layer: Layer, place: Place) => readonly Item[];

function generator<T>(shape: Shape<T>, make: MakeItems<T>, takesScalars = true): Plugin {
  return { generate: (config, layer, place) => make(read(shape, config, place, takesScalars), layer, place) };
}

function transformer<T>(shape: Shape<T>, make: (config: T, layer: Layer, place: Place) => Step): Plugin {
  return { transform: (config, layer, place) => make(read(shape, config, place), layer, place) };
}

/** Fields that nobody knows are left alone: `apiVersion` and `metadata` are among them. */
function read<T>(shape: Shape<T>, config: unknown, { file = "" }: Place, takesScalars = true): T {
  return shape.read(config, { file, field: "", isStrict: false, takesScalars });
}

const specs = listOf(fieldSpecShape);
const dataShape = record({ ...generatorFields, type: text, metadata: metadataShape });

function dataGenerator(kind: "ConfigMap" | "Secret"): Plugin {
  return generator(dataShape, ({ metadata, env, ...config }, layer, { field = "" }) => {
    const name = config.name || metadata?.name;
    const namespace = config.namespace || metadata?.namespace;
    const envs = env ? [...(config.envs ?? []), env] : config.envs;
    return [generateData(kind, { ...config, name, namespace, envs }, layer, field)];
  });
}

const prefix = { prefix: text, suffix: text, fieldSpecs: specs };

function affixes(uses: { readonly prefix: boolean; readonly suffix: boolean }): Plugin {
  return transformer(record(prefix), (config, _layer, place) => {
    const { fieldSpecs } = config;
    if (fieldSpecs === undefined) throw invalid("fieldSpecs must be given", place);
    return ({ items }) => {
      if (uses.prefix) addPrefix(items, config.prefix ?? "", fieldSpecs);
      if (uses.suffix) addSuffix(items, config.suffix ?? "", fieldSpecs);
    };
  });
}

/** Kustomize's builtin plug-ins by their kinds. There are no others: nothing is run (security case 14). */
const plugins: Readonly<Record<string, Plugin>> = {
  ConfigMapGenerator: dataGenerator("ConfigMap"),
  SecretGenerator: dataGenerator("Secret"),
  IAMPolicyGenerator: generator(
    record({
      cloud: text,
      kubernetesService: record({ name: text, namespace: text }),
      serviceAccount: record({ name: text, projectId: text }),
    }),
    ({ cloud = "", kubernetesService = {}, serviceAccount = {} }, layer, place) => {
      if (cloud !== "gke") throw invalid(`the cloud '${cloud}' isn't supported, only gke`, place);
      const { name = "", namespace = "" } = kubernetesService;
      const account = `${serviceAccount.name ?? ""}@${serviceAccount.projectId ?? ""}.iam.gserviceaccount.com`;
      const annotations = { "iam.gke.io/gcp-service-account": account };
      const metadata = { annotations, name, ...(namespace === "" ? {} : { namespace }) };
      return [layer.item({ apiVersion: "v1", kind: "ServiceAccount", metadata })];
    },
  ),
  HelmChartInflationGenerator: generator(
    record({ ...helmGlobalFields, ...helmChartFields }),
    inflateChart,
    false,
  ),
  AnnotationsTransformer: transformer(record({ annotations: textMap, fieldSpecs: specs }), (config) => {
    const { annotations = {}, fieldSpecs = [] } = config;
    return (set) => addTexts(set.items, annotations, fieldSpecs);
  }),
  HashTransformer: transformer(record({}), () => (set) => set.items.forEach(addHash)),
  ImageTagTransformer: transformer(record({ imageTag: imageShape, fieldSpecs: specs }), (config) => {
    const { imageTag = {}, fieldSpecs = [] } = config;
    const change = imageChanger(fieldSpecs);
    return (set) => change(set.items, imageTag);
  }),
  LabelTransformer: transformer(record({ labels: textMap, fieldSpecs: specs }), (config) => {
    const { labels = {}, fieldSpecs = [] } = config;
    return (set) => addTexts(set.items, labels, fieldSpecs);
  }),
  NamespaceTransformer: transformer(
    record({ metadata: metadataShape, fieldSpecs: specs, unsetOnly: flag, setRoleBindingSubjects: text }),
    ({ metadata, fieldSpecs = [], unsetOnly, setRoleBindingSubjects }, _layer, place) => {
      const namespace = metadata?.namespace ?? "";
      const subjects = subjectMode(setRoleBindingSubjects, place);
      if (namespace === "") return () => undefined;
      return (set) => setNamespace(set.items, { namespace, specs: fieldSpecs, unsetOnly, subjects });
    },
  ),
  PatchJson6902Transformer: transformer(
    record({ target: selectorShape, path: text, jsonOp: text }),
    ({ jsonOp, ...config }, layer, place) => readJsonPatch({ ...config, patch: jsonOp }, layer, place),
  ),
  PatchStrategicMergeTransformer: transformer(
    record({ paths: texts, patches: text }),
    ({ paths = [], patches = "" }, layer, place) =>
      readMergePatches(patches === "" ? paths : [...paths, patches], layer, () => place),
  ),
  PatchTransformer: transformer(record(patchFields), (config, layer, place) =>
    readPatch(config, layer, place),
  ),
  PrefixTransformer: affixes({ prefix: true, suffix: false }),
  SuffixTransformer: affixes({ prefix: false, suffix: true }),
  PrefixSuffixTransformer: affixes({ prefix: true, suffix: true }),
  ReplacementTransformer: transformer(
    record({ replacements: listOf(replacementShape) }),
    ({ replacements = [] }, layer, place) => readReplacements(replacements, layer, () => place),
  ),
  ReplicaCountTransformer: transformer(record({ replica: replicaShape, fieldSpecs: specs }), (config) => {
    const { replica = {}, fieldSpecs = [] } = config;
    return (set) => setReplicas(set, replica, fieldSpecs);
  }),
  ValueAddTransformer: transformer(valueAddShape, (config, layer, place) =>
    readValueAdd(config, layer, place),
  ),
};

function subjectMode(given: string | undefined, place: Place): SubjectMode {
  const mode = subjectModes.find((known) => known === (given || "defaultOnly"));
  if (mode !== undefined) return mode;
  throw invalid(`setRoleBindingSubjects must be one of ${subjectModes.join(", ")}`, place);
}

/** Runs the generator that an object describes. Throws `kustomize-plugin-refused` for one that isn't built in. */
export function runGenerator(config: Item, layer: Layer, place: Place): readonly Item[] {
  const plugin = pluginOf(config, place);
  if (!("generate" in plugin)) throw invalid(`${config.kind} is no generator`, place);
  return within(place, () => plugin.generate(meaningOf(config.value, "json"), layer, place));
}

/** Reads the transformer that an object describes. Throws `kustomize-plugin-refused` for one that isn't built in. */
export function readTransformer(config: Item, layer: Layer, place: Place): Step {
  const plugin = pluginOf(config, place);
  if (!("transform" in plugin)) throw invalid(`${config.kind} is no transformer`, place);
  const step = within(place, () => plugin.transform(meaningOf(config.value, "json"), layer, place));
  return (set) => within(place, () => step(set));
}

function pluginOf({ apiVersion, kind }: Item, place: Place): Plugin {
  const plugin = apiVersion === "builtin" && Object.hasOwn(plugins, kind) ? plugins[kind] : undefined;
  if (plugin !== undefined) return plugin;
  throw new CatalystError("kustomize-plugin-refused", `'${kind}' is not built in: plug-ins aren't run`, {
    place,
    hint: "Use a builtin transformer or generator.",
  });
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-invalid", message, { place });
}
