import { CatalystError, type Place } from "@catalyst/base/errors";
import { parseYaml } from "@catalyst/base/yaml";
import { selectorShape } from "../kustomization/kustomization.ts";
import { integer, listOf, record, type ShapeOf, text } from "../kustomization/shapes.ts";
import type { Layer } from "../layer.ts";
import type { Item } from "../objects/item.ts";
import type { ItemSet } from "../objects/item-set.ts";
import { pathError } from "../values/lookup.ts";
import { splitPath } from "../values/paths.ts";
import { type Fields, fieldOf, isMapping, isNull, textOf, withUnquotedField } from "../values/scalar.ts";
import { placeObject } from "./namespace.ts";

const targets = listOf(record({ selector: selectorShape, fieldPath: text, filePathPosition: integer }));
export const valueAddShape = record({ value: text, targets, targetFilePath: text });
type Target = ShapeOf<typeof targets>[number];

/** Reads a ValueAddTransformer and gives what sets its value in fields. Throws `kustomize-invalid`. */
export function readValueAdd(
  { value = "", targets: own = [], targetFilePath = "" }: ShapeOf<typeof valueAddShape>,
  layer: Layer,
  place: Place,
): (set: ItemSet) => void {
  const added = value.trim() || (layer.folder.split("/").at(-1) ?? "");
  const all = targetFilePath === "" ? own : [...own, ...targetsOf(layer, targetFilePath, place)];
  if (all.length === 0) throw invalid("there are no targets", place);
  for (const { fieldPath = "", filePathPosition = 0 } of all) {
    if (fieldPath === "") throw invalid("fieldPath is empty", place);
    if (filePathPosition < 0) throw invalid("filePathPosition can't be negative", place);
  }
  return (set) => {
    for (const target of all) {
      const items = target.selector === undefined ? set.items : set.select(target.selector);
      for (const item of items) addValue(item, added, target);
    }
  };
}

function targetsOf(layer: Layer, path: string, place: Place): readonly Target[] {
  const file = layer.path(path, place);
  const { value } = parseYaml(layer.readText(path, place), { file });
  return (
    record({ targets }).read(value ?? {}, { file, field: "", isStrict: false, takesScalars: true }).targets ??
    []
  );
}

function addValue(item: Item, value: string, { fieldPath = "", filePathPosition = 0 }: Target): void {
  if (item.value === undefined) return;
  if (fieldPath === "metadata/namespace") {
    placeObject(item, { namespace: value, specs: [] });
    return;
  }
  const next = (text: string) =>
    filePathPosition > 0 ? withPathPart(text, filePathPosition - 1, value) : value;
  item.value = setAt(item.value, splitPath(`/${fieldPath}`), next) as Fields;
}

/** Sets the scalar at a path, which is made where it isn't there. */
function setAt(value: unknown, path: readonly string[], next: (text: string) => string): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    if (isMapping(value) || Array.isArray(value)) throw pathError("wrong node kind: expected ScalarNode");
    return next(isNull(value) ? "" : textOf(value));
  }
  if (isNull(value)) return withUnquotedField({}, name, setAt(undefined, rest, next));
  if (!isMapping(value)) throw pathError(`'${name}' isn't in a mapping`);
  return withUnquotedField(value, name, setAt(fieldOf(value, name), rest, next));
}

/** Puts a part into a path of slashes; past its end it comes last. */
function withPathPart(path: string, position: number, part: string): string {
  const isAbsolute = path.startsWith("/");
  const parts = path.split("/").filter((name) => name !== "");
  parts.splice(position, 0, part);
  return `${isAbsolute ? "/" : ""}${parts.join("/")}`;
}

function invalid(message: string, place: Place): CatalystError {
  return new CatalystError("kustomize-invalid", message, { place });
}
