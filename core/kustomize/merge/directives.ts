import { CatalystError } from "@catalyst/base/errors";
import { fieldOf, isEmpty, isMapping, isNull, textOf } from "../values/scalar.ts";
import type { MutableFields } from "./mutable.ts";

/** What a patch says is done with the whole value it stands in. */
export type Directive = "delete" | "replace" | "merge";

const field = "$patch";

/**
 * Takes a patch's directive out of it: a mapping's `$patch`, or of a list the item that is nothing else. Throws
 * `kustomize-patch-failed` for an unknown one.
 */
export function takeDirective(patch: unknown): Directive {
  if (Array.isArray(patch)) return takeFromList(patch);
  if (!isMapping(patch)) return "merge";
  const found = fieldOf(patch, field);
  if (found === undefined) return "merge";
  const directive = checked(textOf(found));
  delete (patch as MutableFields)[field];
  return directive;
}

function takeFromList(patch: unknown[]): Directive {
  const item = patch.find((other) => fieldOf(other, field) !== undefined && !isNull(fieldOf(other, field)));
  if (!isMapping(item) || Object.keys(item).length > 1) return "merge";
  const text = textOf(fieldOf(item, field));
  const directive = checked(text);
  // Empty items go with it.
  const kept = patch.filter((other) => !isEmptyItem(other) && textOf(fieldOf(other, field)) !== text);
  patch.splice(0, patch.length, ...kept);
  return directive;
}

function isEmptyItem(item: unknown): boolean {
  return isNull(item) || (isMapping(item) && isEmpty(item));
}

function checked(text: string): Directive {
  if (text === "delete" || text === "replace" || text === "merge") return text;
  throw new CatalystError("kustomize-patch-failed", `unknown patch strategy '${text}'`);
}
