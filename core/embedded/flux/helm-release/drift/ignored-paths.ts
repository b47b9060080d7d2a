import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { GoRegexp } from "@catalyst/base/go-regexp";
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

/** Bounds to what the rules of a release may be: they are gone through for every object of it. */
const mostPaths = 1000;
const longestPattern = 500;
/** Of all patterns together, in steps of their programs. */
const largestPatterns = 100_000;

/**
 * Makes of ignore rules what tells the ignored paths of an object. Throws `drift-rule-invalid` for a target that isn't
 * one, and for rules past all measure.
 */
export function ignoredPaths(rules: readonly IgnoreRule[]): (object: KubeObject) => readonly string[] {
  const count = rules.reduce((sum, { paths }) => sum + Math.max(paths.length, 1), 0);
  if (count > mostPaths) throw invalid(`more than ${mostPaths} paths are ignored`);
  const patterns = new Patterns();
  const tests = rules.map(({ paths, target = {} }) => ({ paths, accepts: targetTest(target, patterns) }));
  return (object) => [...new Set(tests.flatMap(({ paths, accepts }) => (accepts(object) ? paths : [])))];
}

type Target = NonNullable<IgnoreRule["target"]>;

function targetTest(target: Target, patterns: Patterns): (object: KubeObject) => boolean {
  const texts = (["group", "version", "kind", "name", "namespace"] as const).map((field) => ({
    field,
    accepts: patterns.anchored(field, target[field]),
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

/** The patterns of a release's rules. */
class Patterns {
  readonly #known = new Map<string, GoRegexp>();
  #size = 0;

  anchored(field: string, pattern = ""): (text: string) => boolean {
    if (pattern === "") return () => true;
    const expression = this.#known.get(pattern) ?? this.#compiled(field, pattern);
    this.#known.set(pattern, expression);
    return (text) => expression.test(text);
  }

  #compiled(field: string, pattern: string): GoRegexp {
    if (pattern.length > longestPattern)
      throw unselecting(`a ${field} regex is longer than ${longestPattern} characters`);
    // Not one of those that are remembered: it may be large.
    const expression = checked(`invalid ${field} regex`, () => new GoRegexp(`^(?:${pattern})$`));
    this.#size += expression.size;
    if (this.#size > largestPatterns) throw unselecting("the regexes together are too large");
    return expression;
  }
}

function selector(what: string, text = ""): (texts: Readonly<Record<string, string>>) => boolean {
  return checked(`invalid ${what} selector`, () => labelTest(text));
}

function checked<T>(words: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw unselecting(`${words}: ${errorMessage(cause)}`, cause);
  }
}

function unselecting(words: string, cause?: unknown): CatalystError {
  return invalid(`failed to create ignore rule selector: ${words}`, cause);
}

function invalid(words: string, cause?: unknown): CatalystError {
  return new CatalystError("drift-rule-invalid", words, { cause });
}

/**
 * Gives an object with what another has at JSON pointers in the place of its own, and without what the other hasn't:
 * there the two are alike then, and everything else stays where it is. Of a part that one of the two doesn't have
 * nothing is ignored.
 */
export function withPathsOf<T>(object: T, other: unknown, pointers: readonly string[]): T {
  if (pointers.length === 0) return object;
  const copy = structuredClone(object);
  for (const pointer of pointers) {
    const [, ...keys] = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop();
    if (last !== undefined) putFrom(partAt(copy, keys), partAt(other, keys), last);
  }
  return copy;
}

type Part = unknown[] | Record<string, unknown>;

function partAt(value: unknown, keys: readonly string[]): Part | undefined {
  let part: unknown = value;
  for (const key of keys) {
    if (!isPart(part)) return undefined;
    const at = placeIn(part, key);
    part = at === undefined ? undefined : (part as Record<string, unknown>)[at];
  }
  return isPart(part) ? part : undefined;
}

function isPart(value: unknown): value is Part {
  return Array.isArray(value) || isObject(value);
}

/** Where a key leads in a list or an object; undefined: nowhere. */
function placeIn(part: Part, key: string): string | undefined {
  if (!Array.isArray(part)) return Object.hasOwn(part, key) ? key : undefined;
  if (!/^-?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? part.length + Number(key) : Number(key);
  return index >= 0 && index < part.length ? String(index) : undefined;
}

function putFrom(part: Part | undefined, other: Part | undefined, key: string): void {
  if (part === undefined || other === undefined || Array.isArray(part) !== Array.isArray(other)) return;
  const [own, theirs] = [placeIn(part, key), placeIn(other, key)];
  if (theirs !== undefined) {
    const value = structuredClone((other as Record<string, unknown>)[theirs]);
    if (Array.isArray(part)) {
      // One that isn't there can't be put behind others.
      if (own !== undefined) part[Number(own)] = value;
    } else Object.defineProperty(part, key, { value, enumerable: true, configurable: true, writable: true });
  } else if (own !== undefined) {
    if (Array.isArray(part)) part.splice(Number(own), 1);
    else delete part[own];
  }
}
