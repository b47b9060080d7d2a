import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import { isObject } from "@catalyst/base/json";
import { labelTest } from "@catalyst/kustomize";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { objectIdOf } from "../../apply/index.ts";

/** What of which objects may be otherwise than the release says. */
export interface IgnoreRule {
  /** JSON pointers (RFC 6901); the empty one is the whole object. */
  readonly paths: readonly string[];
  /** Undefined: all objects. Texts are anchored regular expressions; one that isn't given accepts all. */
  readonly target:
    | {
        readonly group?: string;
        readonly version?: string;
        readonly kind?: string;
        readonly name?: string;
        readonly namespace?: string;
        readonly labelSelector?: string;
        readonly annotationSelector?: string;
      }
    | undefined;
}

/**
 * Makes of ignore rules what tells the ignored paths of an object. Throws `drift-rule-invalid` for a target that isn't
 * one.
 */
export function ignoredPaths(rules: readonly IgnoreRule[]): (object: KubeObject) => readonly string[] {
  const tests = rules.map(({ paths, target = {} }) => ({ paths, accepts: targetTest(target) }));
  return (object) => tests.flatMap(({ paths, accepts }) => (accepts(object) ? paths : []));
}

function targetTest(target: NonNullable<IgnoreRule["target"]>): (object: KubeObject) => boolean {
  const texts = (["group", "version", "kind", "name", "namespace"] as const).map((field) => ({
    field,
    accepts: anchored(field, target[field]),
  }));
  const labels = selector("label", target.labelSelector);
  const annotations = selector("annotation", target.annotationSelector);
  return (object) => {
    const id = objectIdOf(object);
    return (
      texts.every(({ field, accepts }) => accepts(id[field])) &&
      labels(object.metadata.labels ?? {}) &&
      annotations(object.metadata.annotations ?? {})
    );
  };
}

function anchored(field: string, pattern = ""): (text: string) => boolean {
  if (pattern === "") return () => true;
  const expression = checked(`invalid ${field} regex`, () => goRegexp(`^(?:${pattern})$`));
  return (text) => expression.test(text);
}

function selector(what: string, text = ""): (texts: Readonly<Record<string, string>>) => boolean {
  return checked(`invalid ${what} selector`, () => labelTest(text));
}

function checked<T>(words: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    const message = `failed to create ignore rule selector: ${words}: ${errorMessage(cause)}`;
    throw new CatalystError("drift-rule-invalid", message, { cause });
  }
}

/** Gives a value without what is at a JSON pointer, which may be nothing. */
export function withoutPath(value: unknown, pointer: string): unknown {
  const [, ...keys] = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  return without(value, keys);
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  if (Array.isArray(value)) {
    if (!/^-?\d+$/.test(key)) return value;
    const index = Number(key) < 0 ? value.length + Number(key) : Number(key);
    if (index < 0 || index >= value.length) return value;
    return rest.length === 0 ? value.toSpliced(index, 1) : value.with(index, without(value[index], rest));
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  if (rest.length > 0) return { ...value, [key]: without(value[key], rest) };
  const { [key]: _ignored, ...others } = value;
  return others;
}
