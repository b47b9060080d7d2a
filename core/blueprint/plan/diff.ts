import { isObject, jsonEqual } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import { createTwoFilesPatch } from "diff/lib/patch/create.js";
import type { ObjectPair } from "./mask.ts";

/** Gives the unified diff of two texts, three lines of context; empty when they are equal. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  const from = before === undefined ? "/dev/null" : `a/${path}`;
  const to = after === undefined ? "/dev/null" : `b/${path}`;
  const patch = createTwoFilesPatch(from, to, before ?? "", after ?? "", undefined, undefined, {
    context: 3,
  });
  return patch.slice(patch.indexOf("\n") + 1);
}

/** Gives the unified diff of an object's YAML as it is given: secret values must be masked. */
export function objectDiff({ before, after }: ObjectPair): string {
  const name = (after ?? before)?.metadata.name ?? "";
  return unifiedDiff(name, before && printYaml(before), after && printYaml(after));
}

export interface FieldChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Lists the leaves in which two documents differ, by field. Lists count as one leaf. */
export function fieldChanges(before: unknown, after: unknown, at = ""): FieldChange[] {
  if (jsonEqual(before, after)) return [];
  if (!isObject(before) && !isObject(after)) return [change(at, before, after)];
  if ((before !== undefined && !isObject(before)) || (after !== undefined && !isObject(after)))
    return [change(at, before, after)];
  const left = (before ?? {}) as Record<string, unknown>;
  const right = (after ?? {}) as Record<string, unknown>;
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys.flatMap((key) => fieldChanges(left[key], right[key], at === "" ? key : `${at}.${key}`));
}

/** Characters of a text that are told of a field; the diff has the whole. */
const textLimit = 200;

/**
 * Lists the fields in which two objects differ, as `fieldChanges`. Items of a list that all have names are told by them,
 * `containers[web].image`, so that one that moved is the same; other lists count as one field. Secret values must be
 * masked.
 */
export function objectFields({ before, after }: ObjectPair): FieldChange[] {
  return fieldChanges(named(before), named(after)).map(({ field, ...values }) => ({
    field: field.replaceAll(".[", "["),
    ...Object.fromEntries(Object.entries(values).map(([side, value]) => [side, shown(value)])),
  }));
}

/** A value with its lists of named items as maps. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) {
    const names = value.map((item) =>
      isObject(item) && typeof item["name"] === "string" ? item["name"] : "",
    );
    const isNamed = value.length > 0 && !names.includes("") && new Set(names).size === names.length;
    if (!isNamed) return value;
    return Object.fromEntries(value.map((item, index) => [`[${names[index]}]`, named(item)]));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, named(inside)]));
}

function shown(value: unknown): unknown {
  return typeof value === "string" && value.length > textLimit ? `${value.slice(0, textLimit)}…` : value;
}

function change(field: string, before: unknown, after: unknown): FieldChange {
  return { field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}
