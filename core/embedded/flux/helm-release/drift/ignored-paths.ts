import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { GoRegexp } from "@catalyst/base/go-regexp";
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
