import { CatalystError } from "@catalyst/base/errors";
import type { Variable } from "../kustomization/kustomization.ts";
import { effectiveNamespace, type Item, type ObjectId } from "../objects/item.ts";
import type { ItemSet } from "../objects/item-set.ts";
import { groupVersionOf } from "../objects/resource.ts";
import { type FieldSpec, updateField } from "../values/field-spec.ts";
import { lookup, pathError } from "../values/lookup.ts";
import { splitDottedPath } from "../values/paths.ts";
import { isMapping, isNull, isScalar, isText, Scalar, textOf, withField } from "../values/scalar.ts";

/** Variables by their names. */
export type Variables = ReadonlyMap<string, Variable>;

/** Notes on the objects which variables take their values from them. Throws `kustomize-variable-ambiguous`. */
export function bindVariables(set: ItemSet, variables: readonly Variable[]): void {
  for (const variable of variables) {
    const [found, ...others] = set.named(variable.objref?.name ?? "", matcherOf(variable));
    if (others.length > 0) {
      const message = `several objects match the variable '${variable.name}'`;
      throw new CatalystError("kustomize-variable-ambiguous", message);
    }
    if (found !== undefined) found.variables = [...found.variables, variable.name ?? ""];
  }
}

/** Adds variables. Throws `kustomize-variable-ambiguous` when there is one of a name already. */
export function mergeVariables(known: Variables, more: Iterable<Variable>): Variables {
  const merged = new Map(known);
  for (const variable of more) {
    const { name = "" } = variable;
    if (merged.has(name)) {
      throw new CatalystError("kustomize-variable-ambiguous", `the variable '${name}' is there twice`);
    }
    merged.set(name, variable);
  }
  return merged;
}

function matcherOf({ objref = {} }: Variable): (id: ObjectId) => boolean {
  const { apiVersion = "", kind = "", namespace = "" } = objref;
  const { group, version } =
    apiVersion === ""
      ? { group: objref.group ?? "", version: objref.version ?? "" }
      : groupVersionOf(apiVersion);
  return (id) =>
    id.kind === kind &&
    id.group === group &&
    id.version === version &&
    (namespace === "" || effectiveNamespace(id) === namespace);
}

/**
 * Replaces `$(name)` by the variables' values in the fields that the specs lead to. Throws
 * `kustomize-variable-unresolved` for a variable whose object or field isn't there.
 */
export function resolveVariables(
  items: readonly Item[],
  variables: Variables,
  specs: readonly FieldSpec[],
): void {
  if (variables.size === 0) return;
  const values = new Map([...variables].map(([name, variable]) => [name, variableValue(items, variable)]));
  for (const item of items) {
    for (const spec of specs) {
      if (item.value === undefined) continue;
      item.value = updateField(item.value, spec, { set: (value) => replacedIn(value, values) });
    }
  }
}

function variableValue(items: readonly Item[], { name = "", fieldref = {} }: Variable): unknown {
  const source = items.find((item) => item.variables.includes(name));
  const path = fieldref.fieldPath || "metadata.name";
  const parts = splitDottedPath(path).flatMap((part) => {
    const index = /^(.*)\[(\d+)\]$/.exec(part);
    return index === null ? [part] : [index[1] ?? "", index[2] ?? ""].filter((text) => text !== "");
  });
  const found = source === undefined ? undefined : lookup(source.value, parts);
  if (found !== undefined) return found;
  const what = source === undefined ? "its object" : `the field '${path}' of its object`;
  throw new CatalystError(
    "kustomize-variable-unresolved",
    `the variable '${name}' has no value: ${what} isn't there`,
  );
}

type Values = ReadonlyMap<string, unknown>;

function replacedIn(value: unknown, values: Values): unknown {
  if (isNull(value)) return value;
  if (isScalar(value)) return isText(value) ? replaced(textOf(value), values) : value;
  if (Array.isArray(value)) {
    return value.map((item) => {
      if (!isText(item)) throw pathError("invalid value type expect a string");
      return replaced(textOf(item), values);
    });
  }
  if (!isMapping(value)) return value;
  return Object.entries(value).reduce(
    (fields, [name, item]) =>
      isText(item) ? withField(fields, name, replaced(textOf(item), values)) : fields,
    value,
  );
}

/** A text that is one variable becomes its value, of whatever kind; `$$` is a dollar. */
function replaced(text: string, values: Values): unknown {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0 || dollar === text.length - 1) return result + text.slice(at);
    result += text.slice(at, dollar);
    const close = text[dollar + 1] === "(" ? text.indexOf(")", dollar) : -1;
    if (close >= 0) {
      const name = text.slice(dollar + 2, close);
      const value = scalarOf(values, name);
      if (dollar === 0 && close === text.length - 1) return value;
      result += value instanceof Scalar ? String(value.meaning) : String(value);
      at = close + 1;
    } else {
      result += text[dollar + 1] === "$" ? "$" : `$${text[dollar + 1]}`;
      at = dollar + 2;
    }
  }
  return result;
}

/** What isn't a variable, or has a value that is no scalar, stays as it is written. */
function scalarOf(values: Values, name: string): unknown {
  const value = values.get(name);
  if (value === undefined || !isScalar(value)) return `$(${name})`;
  return isNull(value) ? textOf(value) : value;
}
