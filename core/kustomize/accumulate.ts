import { CatalystError, type Place } from "@catalyst/base/errors";
import type { Pieces } from "@catalyst/base/pieces";
import { configured, takeSchema } from "./configuration/layer-config.ts";
import { emptyConfig, mergeConfigs, type TransformerConfig } from "./configuration/transformer-config.ts";
import { absorb, generateFields } from "./generators/fields.ts";
import { countIncluded, within } from "./layer.ts";
import { parseObjects, readObjects } from "./objects/documents.ts";
import type { Item, Origin } from "./objects/item.ts";
import { ItemSet } from "./objects/item-set.ts";
import { builtinOrigin, joined, pluginOrigin } from "./objects/origin.ts";
import { openTarget, type Target } from "./target.ts";
import { readTransformer, runGenerator, type Step } from "./transformers/builtin.ts";
import { fieldSteps, refuseChanges } from "./transformers/steps.ts";
import { bindVariables, mergeVariables, type Variables } from "./transformers/variables.ts";

/** Deepest chain of kustomizations that include each other. */
const depthLimit = 100;

/** Objects gathered so far, and what is known for changing them. */
export class Accumulator {
  readonly set = new ItemSet();
  config: TransformerConfig = emptyConfig;
  variables: Variables = new Map();

  /** Takes over what another gathered. Throws `kustomize-duplicate`. */
  merge(other: Accumulator): void {
    this.set.append(other.set.items);
    this.config = mergeConfigs(this.config, other.config);
    this.variables = mergeVariables(this.variables, other.variables.values());
  }
}

/**
 * Gathers what a kustomization lists and makes its changes, in Kustomize's order, a piece at a time. A component
 * changes what its includer gathered; else `into` is empty.
 */
export function* accumulate(target: Target, into: Accumulator): Pieces<Accumulator> {
  const { layer, fields } = target;
  takeSchema(layer, fields);
  let all = yield* addResources(target, fields.resources ?? [], "resources", into);
  all.config = configured(layer, fields, all.config);
  yield* generate(target, all.set);
  all = yield* addComponents(target, all);
  yield* transform(target, all);
  within(layer.place("vars"), () => {
    bindVariables(all.set, fields.vars ?? []);
    all.variables = mergeVariables(all.variables, fields.vars ?? []);
  });
  return all;
}

/** Adds what a list of files and folders holds. */
function* addResources(
  target: Target,
  entries: readonly string[],
  field: string,
  into: Accumulator,
): Pieces<Accumulator> {
  const { layer, originPath } = target;
  for (const [index, entry] of entries.entries()) {
    const place = layer.place(`${field}[${index}]`);
    const path = layer.anyPath(entry, place);
    if (layer.build.files.list(path) === undefined) {
      const { files, documents } = layer.build;
      const objects = yield* readObjects(files, layer.path(entry, place), place, documents);
      const items = objects.map((object) => layer.item(object));
      if (originPath !== undefined)
        for (const item of items) item.origin = { path: joined(originPath, entry) };
      within(place, () => into.set.append(items));
    } else {
      const inner = openInner(target, path, entry, place);
      if (inner.isComponent) {
        const message = `'${entry}' is a Component: list it under components`;
        throw new CatalystError("kustomize-invalid", message, { place });
      }
      const gathered = yield* accumulate(inner, new Accumulator());
      within(place, () => into.merge(gathered));
    }
    yield;
  }
  return into;
}

function openInner(
  { layer, fields, above, originPath, namespaceAbove }: Target,
  folder: string,
  entry: string,
  place: Place,
): Target & { readonly isComponent: boolean } {
  const chain = [...above, layer.folder];
  const isAbove = (other: string) => folder === "" || other === folder || other.startsWith(`${folder}/`);
  if (chain.some(isAbove) || chain.length > depthLimit) {
    const words = chain.length > depthLimit ? "is included too deeply" : "includes itself";
    throw new CatalystError("kustomize-cycle", `'${folder || "."}' ${words}`, { place });
  }
  countIncluded(layer.build, place);
  const inner = openTarget(layer.build, folder, chain);
  return {
    ...inner,
    originPath: originPath === undefined ? undefined : joined(originPath, entry),
    namespaceAbove: fields.namespace || namespaceAbove,
  };
}

function* addComponents(target: Target, before: Accumulator): Pieces<Accumulator> {
  const { layer, fields } = target;
  let all = before;
  for (const [index, entry] of (fields.components ?? []).entries()) {
    const place = layer.place(`components[${index}]`);
    const path = layer.anyPath(entry, place);
    if (layer.build.files.list(path) === undefined) {
      throw new CatalystError("kustomize-file-missing", `there is no folder '${path}'`, { place });
    }
    const component = openInner(target, path, entry, place);
    if (!component.isComponent) {
      throw new CatalystError("kustomize-invalid", `'${entry}' is not of kind Component`, { place });
    }
    all = yield* accumulate(component, all);
  }
  return all;
}

function* generate(target: Target, set: ItemSet): Pieces<void> {
  const { layer } = target;
  yield* generateFields(target, set);
  for (const { config, index } of yield* pluginConfigs(target, "generators")) {
    const field = `generators[${index}]`;
    for (const item of runGenerator(config, layer, layer.place(field)))
      absorb(target, set, item, pluginOrigin(config), field);
    yield;
  }
}

/**
 * The objects that describe plug-ins: written in the kustomization, in files, or made by folders. Throws
 * `kustomize-duplicate` when two are called the same.
 */
function* pluginConfigs(
  target: Target,
  field: "generators" | "transformers" | "validators",
): Pieces<readonly { readonly config: Item; readonly index: number }[]> {
  const { layer, originPath, fields } = target;
  const inline: { config: Item; index: number }[] = [];
  const others: { config: Item; index: number }[] = [];
  const all = new ItemSet();
  for (const [index, entry] of (fields[field] ?? []).entries()) {
    const objects = inlineObjects(entry, layer.file);
    const found =
      objects?.map((object) => layer.item(object)) ??
      (yield* addResources(target, [entry], field, new Accumulator())).set.items;
    if (objects !== undefined && originPath !== undefined) {
      const path = joined(originPath, layer.file.split("/").at(-1) ?? "");
      for (const item of found) item.origin = { path };
    }
    within(layer.place(`${field}[${index}]`), () => all.append(found));
    (objects === undefined ? others : inline).push(...found.map((config) => ({ config, index })));
  }
  return [...inline, ...others];
}

/** What doesn't parse as objects is a path. */
function inlineObjects(entry: string, file: string): ReturnType<typeof parseObjects> | undefined {
  try {
    return parseObjects(entry, file);
  } catch {
    return undefined;
  }
}

function* transform(target: Target, { set, config }: Accumulator): Pieces<void> {
  const { layer, fields } = target;
  const own = fieldSteps(fields, config, layer).map(({ transformer, step }) => ({
    step,
    origin: builtinOrigin(target.originPath, layer.file, transformer),
  }));
  const plugins = (yield* pluginConfigs(target, "transformers")).map(({ config: plugin, index }) => ({
    step: readTransformer(plugin, layer, layer.place(`transformers[${index}]`)),
    origin: pluginOrigin(plugin),
  }));
  for (const { step, origin } of [...own, ...plugins]) {
    step(set);
    if (origin !== undefined) note(set, origin);
    yield;
  }
  for (const { config: plugin, index } of yield* pluginConfigs(target, "validators")) {
    const place = layer.place(`validators[${index}]`);
    within(place, () => validate(set, readTransformer(plugin, layer, place)));
  }
}

function validate(set: ItemSet, step: Step): void {
  const before = set.items.map(({ value }) => value);
  step(set);
  refuseChanges(
    before,
    set.items.map(({ value }) => value),
  );
}

/** Notes on every object what changed it, or, where it has no origin, that it comes from there. */
function note(set: ItemSet, origin: Origin): void {
  for (const item of set.items) {
    if (item.origin === undefined) item.origin = origin;
    else item.transformations = [...item.transformations, origin];
  }
}
