import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import type { HelmRelease } from "@catalyst/ports/flux";
import { type ClusterClient, configMaps, secrets } from "@catalyst/ports/kubernetes";

export type Values = Readonly<Record<string, unknown>>;
type Reference = NonNullable<HelmRelease["spec"]["valuesFrom"]>[number];

/** The values of a release, and which texts among them come from Secrets. */
export interface ComposedValues {
  readonly values: Values;
  readonly secretTexts: readonly string[];
}

/**
 * Composes the values of a release: those of `valuesFrom` in order, then `values` over them. Throws
 * `values-missing` or `values-invalid` naming the reference, never a value.
 */
export async function composeValues(client: ClusterClient, object: HelmRelease): Promise<ComposedValues> {
  const inline = object.spec.values ?? {};
  const secretTexts: string[] = [];
  let result: Values = {};
  for (const reference of object.spec.valuesFrom ?? []) {
    const text = await readReference(client, object.metadata.namespace ?? "", reference);
    if (text === undefined) continue;
    const parsed = reference.targetPath === undefined ? parseValues(text, reference) : undefined;
    if (reference.kind === "Secret") secretTexts.push(...textsIn(parsed ?? text));
    result =
      parsed !== undefined || reference.targetPath === undefined
        ? mergeValues(result, parsed ?? {})
        : setPath(
            mergeValues(result, inline),
            reference.targetPath,
            scalar(text, reference.literal === true),
          );
  }
  return { values: mergeValues(result, inline), secretTexts };
}

/** Every text in a value, at any depth. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

async function readReference(
  client: ClusterClient,
  namespace: string,
  reference: Reference,
): Promise<string | undefined> {
  const key = reference.valuesKey ?? "values.yaml";
  const at = { namespace, name: reference.name };
  const found = await client.find(reference.kind === "Secret" ? secrets : configMaps, at);
  const name = `${reference.kind} '${namespace}/${reference.name}'`;
  if (found === undefined)
    return absent(reference, `could not resolve ${name} chart values reference: not found`);
  const value = found.data?.[key];
  if (value === undefined) {
    return absent(
      reference,
      `could not resolve ${name} chart values reference with key '${key}': key not found`,
    );
  }
  return reference.kind === "Secret" ? Buffer.from(value, "base64").toString("utf8") : value;
}

function absent(reference: Reference, message: string): undefined {
  if (reference.optional !== true) throw new CatalystError("values-missing", message);
  return undefined;
}

function parseValues(text: string, reference: Reference): Values {
  let value: unknown;
  try {
    value = parseYaml(text).value ?? {};
  } catch {
    // A parser's words may quote the text, which may be a Secret's.
    value = undefined;
  }
  if (isObject(value)) return value;
  const message = `unable to read values from ${reference.kind} '${reference.name}': this is not a YAML mapping`;
  throw new CatalystError("values-invalid", message);
}

/** Merges mappings deeply; `over` wins. */
export function mergeValues(under: Values, over: Values): Values {
  const merged: Record<string, unknown> = Object.assign(Object.create(null), under);
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? mergeValues(below, value) : value;
  }
  return { ...merged };
}

/** What a value set by path means: a number, a boolean, null, or the text. */
function scalar(text: string, literal: boolean): unknown {
  if (literal || /^(['"]).*\1$/s.test(text)) return literal ? text : text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  return /^-?(?:0|[1-9][0-9]*)$/.test(text) ? Number(text) : text;
}

function setPath(values: Values, path: string, value: unknown): Values {
  const names = path.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));
  const [name = "", ...rest] = names;
  if (rest.length === 0) return { ...values, [name]: value };
  const inner = values[name];
  return { ...values, [name]: setPath(isObject(inner) ? inner : {}, rest.map(escaped).join("."), value) };
}

function escaped(name: string): string {
  return name.replaceAll(".", "\\.");
}
