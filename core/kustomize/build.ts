import { CatalystError } from "@catalyst/base/errors";
import { allAtOnce, inTurns, type Pieces } from "@catalyst/base/pieces";
import { printYaml } from "@catalyst/base/yaml";
import { Accumulator, accumulate } from "./accumulate.ts";
import { type FileTree, resolvePath } from "./files.ts";
import { finishMetadata, isPrinted } from "./finish.ts";
import { addHash } from "./generators/content-hash.ts";
import type { InflateChart } from "./generators/helm-charts.ts";
import type { Kustomization } from "./kustomization/kustomization.ts";
import { type Build as BuildContext, piecesWithin, within } from "./layer.ts";
import type { DocumentCache } from "./objects/documents.ts";
import type { Item } from "./objects/item.ts";
import { sortItems } from "./objects/order.ts";
import type { KubeResource } from "./objects/resource.ts";
import { Schemas } from "./openapi/schemas.ts";
import { kustomizationFileOf, scanFolder } from "./scan.ts";
import { openTarget, scannedTarget, type Target } from "./target.ts";
import { withinTime } from "./time-limit.ts";
import { fixReferences } from "./transformers/name-references.ts";
import { resolveVariables } from "./transformers/variables.ts";
import { type Fields, meaningOf } from "./values/scalar.ts";

export interface BuildOptions {
  readonly files: FileTree;
  /** The folder to build; the root is the empty text. */
  readonly path: string;
  /** Takes a folder without a kustomization for one that lists every YAML file below it, as Flux does. Default false. */
  readonly scan?: boolean | undefined;
  /** Fields laid over the folder's own kustomization, as a GitOps controller does it. */
  readonly overlay?: Overlay | undefined;
  /** `legacy`: Kustomize's fixed order of kinds, as its program prints; `fifo`: as read. Default `legacy`. */
  readonly order?: "legacy" | "fifo" | undefined;
  /**
   * Which files a kustomization may name: `folder`, those in and below its own folder, as Kustomize's program has it;
   * `root`, all of the tree, as Flux has it. Folders may always be anywhere in the tree. Default `folder`.
   */
  readonly restriction?: "folder" | "root" | undefined;
  /** Renders the charts that a kustomization lists. Default: they are refused, as where helm isn't enabled. */
  readonly inflate?: InflateChart | undefined;
  /** Keeps what was parsed for the next build. */
  readonly documents?: DocumentCache | undefined;
  /** How long a processor may work at it. Default 60,000. */
  readonly milliseconds?: number | undefined;
}

/**
 * Fields of a kustomization that whoever builds it sets: a namespace replaces the folder's own, lists are added to
 * its, and an image to one of the same name.
 */
export type Overlay = Pick<
  Kustomization,
  "namespace" | "namePrefix" | "nameSuffix" | "patches" | "images" | "components"
>;

export interface Build {
  readonly objects: readonly KubeResource[];
  /** The objects as Kustomize prints them. */
  text(): string;
}

/**
 * Builds a kustomization: a pure function of the files. Throws a CatalystError naming file and field:
 * `kustomize-missing`, `kustomize-invalid`, `kustomize-file-missing`, `kustomize-path-escape`,
 * `kustomize-remote-refused`, `kustomize-plugin-refused`, `kustomize-helm-refused`, `kustomize-cycle`,
 * `kustomize-duplicate`, `kustomize-resource-invalid`, `kustomize-patch-invalid`, `kustomize-patch-failed`,
 * `kustomize-replacement-invalid`, `kustomize-key-misread`, `kustomize-reference-ambiguous`, `kustomize-too-large`, `yaml-invalid` and others.
 */
export function buildKustomization(options: BuildOptions): Build {
  return allAtOnce(withinTime(pieces(options), options.milliseconds));
}

/**
 * The same, in turns of the event loop: what else there is to do comes between the pieces of a large build. Files and
 * documents must be such that nobody changes them meanwhile.
 */
export function buildKustomizationInTurns(options: BuildOptions): Promise<Build> {
  return inTurns(withinTime(pieces(options), options.milliseconds));
}

function* pieces(options: BuildOptions): Pieces<Build> {
  const folder = resolvePath("", options.path, { file: options.path, field: "path" });
  if (options.files.list(folder) === undefined) {
    throw new CatalystError("kustomize-file-missing", `there is no folder '${options.path}'`, {
      place: { file: options.path },
    });
  }
  try {
    const items = yield* builtItems(options, folder);
    const objects: KubeResource[] = [];
    for (const item of items) {
      objects.push(placedMeaning(item, "json", folder) as KubeResource);
      yield;
    }
    return { objects, text: () => printedAll(items, folder) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CatalystError("kustomize-too-large", "the build nests too deeply", {
      place: { file: folder },
      cause: error,
    });
  }
}

/** A text can't be longer than the engine lets it. */
function printedAll(items: readonly Item[], folder: string): string {
  const texts = items.map((item) => printed(placedMeaning(item, "yaml", folder)));
  try {
    return texts.join("---\n");
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = "what the kustomization builds is too long for one text";
    throw new CatalystError("kustomize-too-large", message, { place: { file: folder || "." }, cause });
  }
}

function* builtItems(options: BuildOptions, folder: string): Pieces<readonly Item[]> {
  const { files, documents, restriction = "folder", overlay, inflate } = options;
  const build: BuildContext = {
    files,
    documents,
    restriction,
    inflate,
    schemas: new Schemas(),
    included: 0,
    rendered: 0,
    kustomizations: new Map(),
  };
  const target = targetOf(build, folder, options, overlay);
  const { set, config, variables } = yield* accumulate(target, new Accumulator());
  const { fields, layer } = target;
  const { items } = set;
  within(layer.place(""), () => items.forEach(addHash));
  yield* piecesWithin(layer.place(""), fixReferences(items, config.nameReference));
  within(layer.place(""), () => resolveVariables(items, variables, config.varReference));
  yield;
  const whole = { file: folder || "." };
  const kept = within(whole, () => set.items.filter(isPrinted));
  const arranged = within(layer.place("sortOptions"), () => ordered(kept, fields, options.order));
  yield;
  within(whole, () => finishMetadata(arranged, fields));
  yield;
  return arranged;
}

function targetOf(
  build: BuildContext,
  folder: string,
  { scan = false }: BuildOptions,
  overlay: Overlay = {},
): Target {
  if (scan && kustomizationFileOf(build.files, folder) === undefined) {
    const above = folder === "" ? 0 : folder.length + 1;
    const resources = scanFolder(build.files, folder).map((path) => path.slice(above));
    return scannedTarget(build, folder, { ...overlay, resources });
  }
  const target = openTarget(build, folder, []);
  const fields = overlaid(target.fields, overlay);
  const originPath = (fields.buildMetadata ?? []).length > 0 ? "" : undefined;
  return { ...target, fields, originPath, namespaceAbove: undefined };
}

function overlaid(own: Kustomization, overlay: Overlay): Kustomization {
  const images = [...(own.images ?? [])];
  for (const image of overlay.images ?? []) {
    const at = images.findIndex((known) => known.name === image.name);
    const { newTag: _tag, digest: _digest, ...known } = images[at] ?? { name: image.name };
    const selects = image.newTag !== undefined || image.digest !== undefined;
    const next = { ...(selects ? known : images[at]), ...image };
    if (at < 0) images.push(image);
    else images[at] = next;
  }
  const { namespace, namePrefix, nameSuffix } = overlay;
  return {
    ...own,
    ...(namespace === undefined ? {} : { namespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
    images,
    patches: [...(own.patches ?? []), ...(overlay.patches ?? [])],
    components: [...(own.components ?? []), ...(overlay.components ?? [])],
  };
}

/** A kustomization's own order goes before the one that was asked for. Throws `kustomize-invalid`. */
function ordered(
  items: readonly Item[],
  { sortOptions }: Kustomization,
  asked: "legacy" | "fifo" = "legacy",
): readonly Item[] {
  const { order = asked, legacySortOptions } = sortOptions ?? {};
  if (sortOptions !== undefined && sortOptions.order !== "fifo" && sortOptions.order !== "legacy") {
    throw new CatalystError("kustomize-invalid", "sortOptions.order must be fifo or legacy");
  }
  if (order === "fifo") {
    if (legacySortOptions === undefined) return items;
    throw new CatalystError(
      "kustomize-invalid",
      "sortOptions.legacySortOptions are only for the order legacy",
    );
  }
  if (legacySortOptions === undefined) return sortItems(items);
  const { orderFirst: first = [], orderLast: last = [] } = legacySortOptions;
  return sortItems(items, { first, last });
}

function placedMeaning(item: Item, form: "json" | "yaml", folder: string): Fields {
  try {
    return meaningOf(item.value, form) as Fields;
  } catch (error) {
    if (!(error instanceof CatalystError)) throw error;
    const message = `${item.kind} '${item.name}': ${error.message}`;
    throw new CatalystError(error.code, message, { place: { file: folder || "." }, cause: error });
  }
}

/** Prints objects as one stream of documents, in turns of the event loop. */
export function printResources(resources: readonly KubeResource[]): Promise<string> {
  return inTurns(printedPieces(resources));
}

function* printedPieces(resources: readonly KubeResource[]): Pieces<string> {
  const texts: string[] = [];
  for (const resource of resources) {
    texts.push(printed(resource));
    yield;
  }
  return texts.join("---\n");
}

const prints = new WeakMap<object, string>();

/** An object that no later step changed is printed once, however many builds it is part of. */
function printed(object: Fields): string {
  const known = prints.get(object) ?? printYaml(object);
  prints.set(object, known);
  return known;
}
