import { isObject } from "@catalyst/base/json";
import data from "./data/merge-keys.generated.json" with { type: "json" };

type Fields = Readonly<Record<string, unknown>>;
interface FieldRule {
  readonly of?: string;
  readonly key?: string;
  readonly set?: true;
}
type Definition = Readonly<Record<string, FieldRule>>;

const kinds = data.kinds as Readonly<Record<string, string>>;
const definitions = data.definitions as unknown as Readonly<Record<string, Definition>>;

/** What a merged value becomes: gone, or this. */
const gone = Symbol("gone");

/**
 * Merges a patch into an object as Kustomize's strategic merge does: mappings deeply, null removes, lists of a
 * built-in kind by their merge key with new items in front, other lists replaced; `$patch: delete` and
 * `$patch: replace`. Undefined: the patch deletes the object.
 */
export function strategicMerge(object: Fields, patch: Fields): Fields | undefined {
  const kind = `${String(object["apiVersion"])}/${String(object["kind"])}`;
  const merged = mergeMapping(object, patch, kinds[kind]);
  return merged === gone ? undefined : (merged as Fields);
}

function definitionOf(name: string | undefined): Definition {
  return (name === undefined ? undefined : definitions[name]) ?? {};
}

function mergeMapping(before: Fields, patch: Fields, definition: string | undefined): Fields | typeof gone {
  const { $patch: directive, ...fields } = patch;
  if (directive === "delete") return gone;
  if (directive === "replace") return fields;
  const rules = definitionOf(definition);
  const merged: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(fields)) {
    const result = mergeValue(before[name], value, rules[name]);
    if (result === gone) delete merged[name];
    else merged[name] = result;
  }
  return merged;
}

function mergeValue(before: unknown, patch: unknown, rule: FieldRule | undefined): unknown {
  if (patch === null) return gone;
  if (isObject(patch)) return mergeMapping(isObject(before) ? before : {}, patch, rule?.of);
  if (!Array.isArray(patch) || !Array.isArray(before))
    return Array.isArray(patch) ? withoutDirectives(patch) : patch;
  if (rule?.set === true) return [...patch.filter((item) => !before.includes(item)), ...before];
  if (rule?.key === undefined) return withoutDirectives(patch);
  return mergeByKey(before, patch, rule.key, rule.of);
}

function mergeByKey(
  before: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  definition: string | undefined,
): unknown {
  const replaces = patch.some(
    (item) => isObject(item) && item["$patch"] === "replace" && item[key] === undefined,
  );
  if (replaces) return patch.filter((item) => !(isObject(item) && item["$patch"] === "replace"));
  const keyOf = (item: unknown) => (isObject(item) ? item[key] : undefined);
  const known = new Set(before.map(keyOf));
  const added = patch.filter(
    (item) => !known.has(keyOf(item)) && !(isObject(item) && item["$patch"] === "delete"),
  );
  const kept = before.flatMap((item) => {
    const change = patch.find((other) => keyOf(other) === keyOf(item));
    if (!isObject(change) || !isObject(item)) return [item];
    const merged = mergeMapping(item, change, definition);
    return merged === gone ? [] : [merged];
  });
  return [...added, ...kept];
}

function withoutDirectives(list: readonly unknown[]): readonly unknown[] {
  return list.filter(
    (item) => !(isObject(item) && item["$patch"] !== undefined && Object.keys(item).length === 1),
  );
}
