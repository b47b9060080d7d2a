import { canonicalJson } from "@catalyst/base/json";
import type { SchemaNode } from "./document.ts";
import { type Problem, problemAt } from "./problems.ts";
import { counted, isCount } from "./scalars.ts";
import type { Application } from "./validate.ts";

/** Checks a list's length, its items and what it must contain. */
export function checkArray(application: Application, value: readonly unknown[]): Problem[] {
  const { schema, path, validation } = application;
  return [
    ...checkLength(schema, value).map((text) => problemAt(path, text)),
    ...(validation.document.draft >= 2020
      ? checkItems(application, value)
      : checkOlderItems(application, value)),
    ...(validation.document.draft >= 6 ? checkContains(application, value) : []),
  ];
}

function checkLength(
  { minItems, maxItems, uniqueItems }: Record<string, unknown>,
  value: readonly unknown[],
): string[] {
  const problems: string[] = [];
  if (isCount(minItems) && value.length < minItems)
    problems.push(counted("minItems", value.length, minItems));
  if (isCount(maxItems) && value.length > maxItems)
    problems.push(counted("maxItems", value.length, maxItems));
  const equals = uniqueItems === true ? firstEquals(value) : undefined;
  if (equals !== undefined) problems.push(`items at ${equals[0]} and ${equals[1]} are equal`);
  return problems;
}

/** The first item that is equal to one before it, found by what it says: comparing all with all takes too long. */
function firstEquals(value: readonly unknown[]): [number, number] | undefined {
  const known = new Map<string, number>();
  for (const [index, item] of value.entries()) {
    const said = canonicalJson(item);
    const before = known.get(said);
    if (before !== undefined) return [before, index];
    known.set(said, index);
  }
  return undefined;
}

/** Draft 2020: the first items have schemas of their own, the others one. */
function checkItems(application: Application, value: readonly unknown[]): Problem[] {
  const { schema, scope, validation } = application;
  const first = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"].length : 0;
  const others = validation.document.child(scope.node, "items");
  return eachItem(application, value, (index) =>
    index < first ? validation.document.child(scope.node, "prefixItems", String(index)) : others,
  );
}

/** Before draft 2020 `items` is one schema or a list of them; `additionalItems` is for those behind the list. */
function checkOlderItems(application: Application, value: readonly unknown[]): Problem[] {
  const { schema, scope, path, validation } = application;
  const { items, additionalItems } = schema;
  if (!Array.isArray(items)) {
    const node = validation.document.child(scope.node, "items");
    return eachItem(application, value, () => node);
  }
  const others = validation.document.child(scope.node, "additionalItems");
  const refuses = additionalItems === false && value.length > items.length;
  const problems = eachItem(application, value, (index) =>
    index < items.length
      ? validation.document.child(scope.node, "items", String(index))
      : additionalItems === false
        ? undefined
        : others,
  );
  const count = value.length - items.length;
  return refuses ? [...problems, problemAt(path, `last ${count} additionalItem(s) not allowed`)] : problems;
}

function eachItem(
  { scope, path, validation }: Application,
  value: readonly unknown[],
  nodeOf: (index: number) => SchemaNode | undefined,
): Problem[] {
  const problems: Problem[] = [];
  for (const [index, item] of value.entries()) {
    const node = nodeOf(index);
    const problem = node === undefined ? undefined : validation.inside(node, item, `${path}/${index}`, scope);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

function checkContains(application: Application, value: readonly unknown[]): Problem[] {
  const { schema, scope, path, validation, unevaluated } = application;
  const { draft } = validation.document;
  const node = validation.document.child(scope.node, "contains");
  if (node === undefined) return [];
  const causes: Problem[] = [];
  const matched: number[] = [];
  for (const [index, item] of value.entries()) {
    const problem = validation.inside(node, item, `${path}/${index}`, scope);
    if (problem !== undefined) causes.push(problem);
    else {
      matched.push(index);
      if (draft >= 2020) unevaluated?.delete(String(index));
    }
  }
  const { minContains, maxContains } = draft >= 2019 ? schema : {};
  const problems: Problem[] = [];
  if (isCount(minContains)) {
    if (matched.length < minContains) problems.push(problemAt(path, tooFew(minContains, matched), causes));
  } else if (matched.length === 0) problems.push(problemAt(path, "no items match contains schema", causes));
  if (isCount(maxContains) && matched.length > maxContains) {
    problems.push(
      problemAt(path, `max ${maxContains} items required to match contains schema, but ${places(matched)}`),
    );
  }
  return problems;
}

function tooFew(wanted: number, matched: readonly number[]): string {
  const found = matched.length === 0 ? "none matched" : places(matched);
  return `min ${wanted} items required to match contains schema, but ${found}`;
}

function places(matched: readonly number[]): string {
  return `matched ${matched.length} items at ${matched.join(" ")}`;
}
