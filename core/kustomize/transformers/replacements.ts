import { CatalystError, type Place } from "@catalyst/base/errors";
import { parseYaml } from "@catalyst/base/yaml";
import type {
  FieldOptions,
  Replacement,
  ReplacementSource,
  ReplacementTarget,
} from "../kustomization/kustomization.ts";
import { replacementShape } from "../kustomization/kustomization.ts";
import { listOf } from "../kustomization/shapes.ts";
import { type Layer, within } from "../layer.ts";
import type { Item, ObjectId } from "../objects/item.ts";
import type { ItemSet } from "../objects/item-set.ts";
import { selectorTests } from "../objects/selector.ts";
import { spendTime } from "../time-limit.ts";
import { isSelected } from "../values/field-spec.ts";
import { lookup } from "../values/lookup.ts";
import { updatePath } from "../values/path-update.ts";
import { splitDottedPath } from "../values/paths.ts";
import {
  type Fields,
  isEmpty,
  isMapping,
  isScalar,
  isText,
  plainScalar,
  Scalar,
  textOf,
} from "../values/scalar.ts";
import { updateStructuredText } from "./structured-text.ts";

const defaultPath = "metadata.name";

/** Longest text that parts may be put into, in characters: a text that is put into itself doubles. */
const textLimit = 4 * 1024 * 1024;

/** Reads `replacements`, some of which stand in files. Throws `kustomize-replacement-invalid`. */
export function readReplacements(
  entries: readonly Replacement[],
  layer: Layer,
  placeOf: (index: number) => Place,
): (set: ItemSet) => void {
  const all = entries.flatMap((entry, index) => {
    const place = placeOf(index);
    const replacements = entry.path ? replacementsOf(entry, entry.path, layer, place) : [entry];
    return replacements.map((replacement) => ({ replacement, place }));
  });
  return (set) => {
    for (const { replacement, place } of all) within(place, () => replace(set, replacement));
  };
}

function replacementsOf(
  entry: Replacement,
  path: string,
  layer: Layer,
  place: Place,
): readonly Replacement[] {
  if (entry.source !== undefined || (entry.targets ?? []).length > 0) {
    throw new CatalystError(
      "kustomize-replacement-invalid",
      "a replacement is a path or written here, not both",
      {
        place,
      },
    );
  }
  const file = layer.path(path, place);
  const { value, lineOf } = parseYaml(layer.readText(path, place), { file });
  const at = { file, field: "", isStrict: false, takesScalars: true, lineOf };
  return Array.isArray(value) ? listOf(replacementShape).read(value, at) : [replacementShape.read(value, at)];
}

function replace(set: ItemSet, { source, sourceValue, targets }: Replacement): void {
  if ((source === undefined && sourceValue === undefined) || (targets ?? []).length === 0) {
    throw invalid("a replacement has a source and at least one target");
  }
  if (source !== undefined && sourceValue !== undefined) {
    throw invalid("a replacement has a source or a sourceValue, not both");
  }
  const value = source === undefined ? plainScalar(sourceValue ?? "") : sourceOf(set, source);
  for (const target of targets ?? []) replaceIn(set, value, target);
}

function sourceOf(set: ItemSet, source: ReplacementSource): unknown {
  const { name = "", namespace = "", fieldPath = "", options = {} } = source;
  const isMeant = (id: ObjectId) =>
    (namespace === "" || (id.namespace || "default") === namespace) && isSelected(id, source);
  const [found, ...others] =
    name === "" ? set.items.filter(({ ids }) => ids.some(isMeant)) : set.named(name, isMeant);
  const what = `${source.kind ?? "object"} '${name}'`;
  if (found === undefined) throw invalid(`nothing is selected by the source ${what}`);
  if (others.length > 0) throw invalid(`the source ${what} selects several objects`);
  const path = fieldPath || defaultPath;
  const value = lookup(found.value, splitDottedPath(path));
  if (isEmpty(value)) throw invalid(`the field '${path}' of the source ${what} isn't there`);
  return refined(value, options);
}

function refined(value: unknown, { delimiter = "", index = 0 }: FieldOptions): unknown {
  if (delimiter === "") return value;
  if (!isScalar(value)) throw invalid("a delimiter can only be used with scalars");
  const part = textOf(value).split(delimiter)[index];
  if (part === undefined) throw invalid(`the source's index ${index} is out of bounds`);
  return isText(value) ? part : retagged(value, part);
}

function replaceIn(set: ItemSet, value: unknown, target: ReplacementTarget): void {
  const { select, reject = [], options = {} } = target;
  if (select === undefined) throw invalid("a target must select objects");
  const fieldPaths =
    target.fieldPaths === undefined || target.fieldPaths.length === 0 ? [defaultPath] : target.fieldPaths;
  const wanted = selectorTests(select);
  const rejections = reject.map((selector) => ({ selector, tests: selectorTests(selector) }));
  for (const item of set.candidates(select.name)) {
    if (!wanted.texts(item)) continue;
    const { ids } = item;
    const accepts =
      ({ gvk, name, namespace }: typeof wanted) =>
      (id: ObjectId) =>
        gvk(id) && name(id.name) && namespace(id.namespace);
    if (!ids.some(accepts(wanted))) continue;
    const isRejected = rejections.some(({ selector, tests }) => {
      const { labelSelector = "", annotationSelector = "", ...byId } = selector;
      if ((labelSelector !== "" || annotationSelector !== "") && tests.texts(item)) return true;
      return Object.values(byId).some((text) => text) && ids.some(accepts(tests));
    });
    if (!isRejected) for (const path of fieldPaths) setField(item, path, value, options);
  }
}

function setField(item: Item, path: string, value: unknown, options: FieldOptions): void {
  const parts = splitDottedPath(path);
  const creates = options.create !== true ? undefined : kindOf(value);
  const structured = (scalar: unknown, rest: readonly string[]) =>
    updateStructuredText(scalar, rest, { creates, set: (before) => placed(before, value) });
  const { value: result, count } = updatePath(item.value, parts, {
    creates,
    set: (before) => withOptions(before, value, options),
    into: structured,
  });
  if (count === 0) {
    const words = creates === undefined ? "find" : "find or create";
    throw invalid(`unable to ${words} field '${path}' in the target ${item.kind} '${item.name}'`);
  }
  item.value = result as Fields;
}

function kindOf(value: unknown): "mapping" | "list" | "scalar" {
  return Array.isArray(value) ? "list" : isMapping(value) ? "mapping" : "scalar";
}

function withOptions(before: unknown, value: unknown, { delimiter = "", index = 0 }: FieldOptions): unknown {
  if (delimiter === "") return placed(before, value);
  if (!isScalar(before)) throw invalid("a delimiter can only be used with scalars");
  if (textOf(before).length + textOf(value).length > textLimit) {
    const message = `a replacement makes a text of more than ${textLimit} characters`;
    throw new CatalystError("kustomize-too-large", message);
  }
  spendTime(textOf(before).length);
  const parts = textOf(before).split(delimiter);
  if (index < 0) parts.unshift(textOf(value));
  else if (index >= parts.length) parts.push(textOf(value));
  else parts[index] = textOf(value);
  return placed(before, parts.join(delimiter));
}

/** A scalar keeps what it is, a text or a number, and takes the text; anything else becomes the value. */
function placed(before: unknown, value: unknown): unknown {
  if (before === undefined) return plainScalar(textOf(value));
  return isScalar(before) ? retagged(before, textOf(value)) : value;
}

function retagged(before: unknown, text: string): unknown {
  if (isText(before)) return text;
  const next = plainScalar(text);
  const meaning = (value: unknown) => (value instanceof Scalar ? value.meaning : value);
  const type = (value: unknown) => (typeof meaning(value) === "bigint" ? "number" : typeof meaning(value));
  if (type(before) === type(next)) return next;
  // The text may be a secret: it isn't quoted.
  throw invalid(`the field holds a ${type(before)}, which the value is not`);
}

function invalid(message: string): CatalystError {
  return new CatalystError("kustomize-replacement-invalid", message);
}
