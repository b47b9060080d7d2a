import { CatalystError } from "@catalyst/base/errors";
import type { Definition, MergeRule } from "../openapi/merge-rules.ts";
import type { Schemas } from "../openapi/schemas.ts";
import { type Fields, fieldOf, isMapping, isNull, setField, textOf } from "../values/scalar.ts";
import { settled, writtenLike } from "../values/style.ts";
import { takeDirective } from "./directives.ts";
import { type KeyedMerge, mergeKeyedList } from "./keyed-list.ts";
import { type MutableFields, mutableCopy } from "./mutable.ts";

/**
 * Merges a patch into an object as Kustomize's strategic merge does: mappings deeply, null removes, lists by the
 * keys of their kind with new items in front, other lists replaced; `$patch: delete`, `replace` and `merge`. An
 * empty value (`field:`) of the object goes. Undefined: the patch deletes the object. A patch that is to replace
 * the whole object leaves it as it is, for Kustomize loses what that gives. Throws `kustomize-patch-failed`. Source of the
 * rules: kyaml's merge2 and walk.
 */
export function strategicMerge(object: Fields, patch: Fields, schemas: Schemas): Fields | undefined {
  if (textOf(fieldOf(patch, "$patch")) === "replace") return object;
  return new Merge(schemas, set).objects(object, patch);
}

/** Stands for an alias in a chart's values, which Kustomize merges without looking at what it stands for. */
export const fieldAlias: unique symbol = Symbol("alias");

/**
 * Merges a chart's values by the same rules; either may be null, and aliases go. They aren't printed: a number in place of
 * a text in quotes stays one.
 */
export function mergeValues(values: unknown, over: unknown, schemas: Schemas): Fields | undefined {
  return new Merge(schemas, (_before, _change, value) => value).objects(values, over);
}

/** Gives a field's value as it comes to stand in place of another. */
type SetField = (before: unknown, change: unknown, value: unknown) => unknown;

type Kind = "mapping" | "list" | "scalar" | "alias" | "none";

function kindOf(value: unknown): Kind {
  if (value === fieldAlias) return "alias";
  if (isNull(value)) return "none";
  if (Array.isArray(value)) return "list";
  return isMapping(value) ? "mapping" : "scalar";
}

class Merge implements KeyedMerge {
  readonly #schemas: Schemas;
  readonly #set: SetField;

  constructor(schemas: Schemas, set: SetField) {
    this.#schemas = schemas;
    this.#set = set;
  }

  objects(into: unknown, patch: unknown): Fields | undefined {
    const merged = this.values(mutableCopy(into), mutableCopy(patch), {});
    return isMapping(merged) ? merged : undefined;
  }

  /** Merges what isn't shared with anybody; what is merged into may be changed. Undefined: the value goes. */
  values(into: unknown, patch: unknown, rule: MergeRule): unknown {
    const kind = kindOf(into) === "none" ? kindOf(patch) : kindOf(into);
    if (kind === "alias") return undefined;
    for (const other of [kindOf(into), kindOf(patch)]) {
      if (other === "none" || other === kind || kind === "none") continue;
      throw new CatalystError("kustomize-patch-failed", `wrong node kind: expected ${kind} but got ${other}`);
    }
    if (kind === "list") return this.#lists(into, patch, rule);
    if (kind === "scalar") return replaced(into, patch);
    return this.#mappings(into, patch, rule);
  }

  #mappings(into: unknown, patch: unknown, rule: MergeRule): unknown {
    const base = mappingBase(into, patch);
    if (!isMapping(base)) return base;
    const definition = this.#definition(base, patch, rule);
    const names = new Set([...Object.keys(base), ...(isMapping(patch) ? Object.keys(patch) : [])]);
    for (const name of [...names].sort()) {
      const own = definition === undefined || !Object.hasOwn(definition, name) ? undefined : definition[name];
      const [before, change] = [fieldOf(base, name), fieldOf(patch, name)];
      const result = this.values(before, change, own ?? definition?.["*"] ?? {});
      if (result === undefined) delete (base as MutableFields)[name];
      else
        setField(
          base as MutableFields,
          name,
          base === patch ? settled(result) : this.#set(before, change, result),
        );
    }
    return base;
  }

  #lists(into: unknown, patch: unknown, rule: MergeRule): unknown {
    if (rule.keys === undefined) return replaced(into, patch);
    const base = listBase(into, patch);
    if (!Array.isArray(base)) return base;
    return mergeKeyedList(base, patch, { ...rule, keys: rule.keys }, this);
  }

  /** The rules of a value's fields: those of where it stands, or, where none are known, those of its kind. */
  #definition(base: Fields, patch: unknown, rule: MergeRule): Definition | undefined {
    const known = this.#schemas.definition(rule.of);
    if (known !== undefined) return known;
    for (const value of [base, patch]) {
      const kind = textOf(fieldOf(value, "kind"));
      const apiVersion = textOf(fieldOf(value, "apiVersion"));
      if (kind === "" || apiVersion === "") continue;
      const found = this.#schemas.definitionOfKind(apiVersion, kind);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function replaced(into: unknown, patch: unknown): unknown {
  if (patch === undefined) return into;
  if (isNull(patch)) return undefined;
  return patch;
}

/** Gives a field's value as it is written. */
function set(before: unknown, change: unknown, value: unknown): unknown {
  const isNew = before === undefined || change === undefined;
  return isNew ? settled(value) : writtenLike(before, settled(value));
}

/** What a mapping's fields are merged into: a mapping, or the end of it, undefined or null. */
function mappingBase(into: unknown, patch: unknown): unknown {
  if (isNull(into)) {
    if (patch === undefined) return into !== undefined && textOf(into) !== "" ? into : undefined;
    if (isNull(patch)) return undefined;
    return takeDirective(patch) === "delete" ? undefined : patch;
  }
  if (patch !== undefined && isNull(patch)) return undefined;
  const directive = takeDirective(patch);
  if (directive === "delete") return undefined;
  return directive === "replace" ? patch : into;
}

function listBase(into: unknown, patch: unknown): unknown {
  if (isNull(into)) return patch;
  if (patch !== undefined && isNull(patch)) return undefined;
  const directive = takeDirective(patch);
  if (directive === "delete") return undefined;
  return directive === "replace" ? patch : into;
}
