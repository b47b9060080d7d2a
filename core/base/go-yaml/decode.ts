import { aliasNodeLimit, depthLimit, expandsTooMuch, nestsTooDeeply } from "../yaml-limits.ts";
import { GoYamlError } from "./errors.ts";
import { goSyntax } from "./go-syntax.ts";
import type { AliasNode, MappingNode, Node, ScalarNode, TooLarge } from "./nodes.ts";
import { isMergeKey, scalarOf } from "./scalar-value.ts";

/**
 * Turns nodes into what sigs.k8s.io/yaml makes of them on the way to JSON: mappings are Maps with texts as keys, the
 * last of equal keys wins. Throws GoYamlError, and what `tooLarge` makes of a message where aliases expand to too much
 * or it nests too deeply.
 */
export function decodeNode(root: Node, tooLarge: TooLarge): unknown {
  const decoder = new Decoder(tooLarge);
  const value = decoder.node(root);
  if (decoder.notJson !== undefined) throw decoder.notJson;
  return value;
}

type Entries = Map<string, unknown>;

/** What sigs.k8s.io/yaml refuses of what go-yaml takes. */
class UnsupportedKey extends GoYamlError {}

class Decoder {
  /** What JSON can't have: the first such value. It is told when go-yaml has nothing to say. */
  notJson: GoYamlError | undefined;
  readonly #tooLarge: TooLarge;
  /** Aliases being expanded, to catch one inside itself. */
  readonly #open = new Set<AliasNode>();
  #aliasNodes = 0;
  #depth = 0;

  constructor(tooLarge: TooLarge) {
    this.#tooLarge = tooLarge;
  }

  node(node: Node): unknown {
    this.#countAliased();
    switch (node.kind) {
      case "scalar":
        return this.#scalar(node);
      case "sequence":
        return this.#inside(() => node.items.map((item) => this.node(item)));
      case "mapping":
        return this.#inside(() => this.#fill(new Map(), node));
      case "alias":
        return this.#alias(node, () => this.node(node.target));
    }
  }

  #scalar(node: ScalarNode): unknown {
    const value = decodeScalar(node);
    if (isJson(value)) return value;
    this.notJson ??= unsupported(value);
    return null;
  }

  #countAliased(): void {
    if (this.#open.size > 0 && ++this.#aliasNodes > aliasNodeLimit) throw this.#tooLarge(expandsTooMuch);
  }

  /** The parser bounds what is written; what aliases stand for may lie in each other far deeper. */
  #inside<T>(decode: () => T): T {
    if (++this.#depth > depthLimit) throw this.#tooLarge(nestsTooDeeply);
    const value = decode();
    this.#depth--;
    return value;
  }

  #alias<T>(node: AliasNode, decode: () => T): T {
    if (this.#open.has(node)) throw new GoYamlError(`anchor '${node.name}' value contains itself`);
    this.#open.add(node);
    const value = decode();
    this.#open.delete(node);
    return value;
  }

  #fill(target: Entries, { entries }: MappingNode): Entries {
    for (const [key, value] of entries) {
      if (isMergeKey(key)) this.#merge(target, value);
      else target.set(this.#key(key, value), this.node(value));
    }
    return target;
  }

  /** Sets what a mapping, or each of a sequence of them from the last to the first, gives. */
  #merge(target: Entries, value: Node): void {
    if (value.kind === "sequence") {
      for (const item of [...value.items].reverse()) this.#mergeOne(target, item);
    } else this.#mergeOne(target, value);
  }

  #mergeOne(target: Entries, value: Node): void {
    this.#countAliased();
    const source = value.kind === "alias" ? value.target : value;
    if (source.kind !== "mapping") {
      throw new GoYamlError("map merge requires map or sequence of maps as the value");
    }
    this.#inside(() =>
      value.kind === "alias"
        ? this.#alias(value, () => this.#fill(target, source))
        : this.#fill(target, source),
    );
  }

  /** Throws what go-yaml doesn't take of a node: it is told before what its place makes wrong with it. */
  #check(node: Node): void {
    try {
      this.node(node);
    } catch (error) {
      if (!(error instanceof UnsupportedKey)) throw error;
    }
  }

  /** A key as JSON has it. */
  #key(key: Node, value: Node): string {
    const source = key.kind === "alias" ? key.target : key;
    if (source.kind !== "scalar") {
      this.#check(key);
      throw new GoYamlError(`invalid map key: ${goSyntax(source, this.#tooLarge)}`);
    }
    const resolved = decodeScalar(source);
    if (!isJson(resolved)) return notFinite(resolved);
    if (resolved !== null) return String(resolved);
    this.#check(value);
    throw new UnsupportedKey(
      `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(value, this.#tooLarge, true)}`,
      0,
      "",
    );
  }
}

/** Gives a scalar's value by its form and tag. */
function decodeScalar(node: ScalarNode): string | number | boolean | null {
  const value = scalarOf(node);
  return typeof value === "bigint" ? Number(value) : value;
}

function isJson(value: unknown): boolean {
  return typeof value !== "number" || Number.isFinite(value);
}

/** A key that isn't finite, in YAML's words. */
function notFinite(value: unknown): string {
  return value === Infinity ? ".inf" : value === -Infinity ? "-.inf" : ".nan";
}

/** Says what Go's JSON says of a number that isn't finite. */
function unsupported(value: unknown): GoYamlError {
  const text = value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : "NaN";
  return new GoYamlError(`json: unsupported value: ${text}`, 0, "");
}
