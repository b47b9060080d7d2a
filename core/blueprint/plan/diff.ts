import { isObject, jsonEqual } from "@catalyst/base/json";
import { printYaml } from "@catalyst/base/yaml";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { createTwoFilesPatch } from "diff/lib/patch/create.js";

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

/** Gives the unified diff of an object's YAML, with every secret value masked. */
export function objectDiff(before: KubeObject | undefined, after: KubeObject | undefined): string {
  const name = (after ?? before)?.metadata.name ?? "";
  const [left, right] = maskSecrets(before, after);
  return unifiedDiff(name, left && printYaml(left), right && printYaml(right));
}

/**
 * Replaces the values of a Secret's `data` and `stringData`. Whether a value changed stays visible; nothing
 * else about it does.
 */
export function maskSecrets(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): readonly [KubeObject | undefined, KubeObject | undefined] {
  if ((after ?? before)?.kind !== "Secret") return [before, after];
  return [maskOne(before, undefined), maskOne(after, before)];
}

function maskOne(object: KubeObject | undefined, earlier: KubeObject | undefined): KubeObject | undefined {
  if (object === undefined) return undefined;
  const masked: Record<string, unknown> = { ...object };
  for (const field of ["data", "stringData"]) {
    const values = object[field];
    if (!isObject(values)) continue;
    const old = earlier?.[field];
    masked[field] = Object.fromEntries(
      Object.entries(values).map(([key, value]) => {
        const changed = isObject(old) && Object.hasOwn(old, key) && old[key] !== value;
        return [key, changed ? "(secret, changed)" : "(secret)"];
      }),
    );
  }
  return masked as unknown as KubeObject;
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

function change(field: string, before: unknown, after: unknown): FieldChange {
  return { field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}
