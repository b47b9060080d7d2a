import { at, each, type Fields, text } from "../resources/fields.ts";
import { printSelector } from "../select/print-selector.ts";
import { ageOf } from "./age.ts";

/** Gives an object's cells, one per column. */
export type Cells = (object: Fields, now: number) => readonly unknown[];

/** The name of an object. */
export function name(object: Fields): string {
  return text(at(object, "metadata"), "name");
}

/** The age of an object. */
export function created(object: Fields, now: number): string {
  return ageOf(at(object, "metadata")["creationTimestamp"], now);
}

/** The text, or `<none>`. */
export function none(value: string): string {
  return value === "" ? "<none>" : value;
}

/** The value as text, or `<unset>`. */
export function unset(value: unknown): string {
  return value === undefined || value === null ? "<unset>" : String(value);
}

/** The names and the images of a Pod template's containers. */
export function containerCells(template: Fields): readonly [string, string] {
  const containers = each(at(template, "spec"), "containers");
  const list = (key: string) => containers.map((container) => text(container, key)).join(",");
  return [list("name"), list("image")];
}

/** A LabelSelector as kubectl shows it. */
export function selectorCell(selector: unknown, empty = "<none>"): string {
  if (selector === undefined || selector === null) return empty;
  const shown = printSelector(selector as Fields);
  return shown === "" ? empty : shown;
}

/** `a=1,b=2`, or `<none>`. */
export function labelsCell(labels: Fields): string {
  return none(
    Object.keys(labels)
      .sort()
      .map((key) => `${key}=${String(labels[key])}`)
      .join(","),
  );
}

/** The first few, and how many there are more. */
export function shortList(items: readonly string[], shown: number): string {
  const text = items.slice(0, shown).join(",");
  return items.length > shown ? `${text} + ${items.length - shown} more...` : text;
}

/** Tells whether an object is marked as the default of its kind. */
export function isDefault(object: Fields, ...annotations: readonly string[]): boolean {
  const set = at(object, "metadata", "annotations");
  return annotations.some((annotation) => set[annotation] === "true");
}
