import type { Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { CatalystError } from "./errors.ts";
import { yamlLibrary } from "./yaml-library.ts";
import { aliasNodeLimit, depthLimit, expandsTooMuch, nestsTooDeeply } from "./yaml-limits.ts";

/** How a scalar is written: plain, plain within `{…}` or `[…]`, or in quotes or as a block. */
export type ScalarStyle = "plain" | "plain-in-flow" | "quoted";

export interface ConvertOptions {
  /** Told of a key given twice, with its place; throws to refuse it. The last one wins, as in sigs.k8s.io/yaml. */
  readonly onDuplicate: (key: string, offset: number) => void;
  /** What a scalar becomes. */
  readonly resolve: (text: string, style: ScalarStyle) => unknown;
  /** Whether a key below the root that isn't a text is refused, rather than taken by its text. */
  readonly textKeys: boolean;
  /** What a folded text (`>`) becomes. */
  readonly folded: (text: string) => string;
  /** What an alias becomes that is a field's value outside of lists; undefined: what it stands for. */
  readonly fieldAlias: unknown;
  /** Where the text ends, when it does so within a line. */
  readonly openEnd: number | undefined;
  /** Makes an error at a place in the text. */
  readonly fail: (code: string, message: string, offset: number) => CatalystError;
}

/** Turns a parsed document's root into a value. Throws what `fail` makes. */
export function convertYaml(root: Node | null, anchors: AnchorLookup, options: ConvertOptions): unknown {
  return root === null ? null : new Converter(anchors, options).node(root, 0);
}

/** Finds the node an alias stands for. */
export type AnchorLookup = (alias: Node) => Node | undefined;

/** Tags under which a text still means what it looks like; under any other it is text. */
const resolvedTags: ReadonlySet<string> = new Set([
  "!!int",
  "!!float",
  "!!bool",
  "!!null",
  "!!timestamp",
  "!!merge",
]);

type Target = Record<string, unknown>;

class Converter {
  readonly #yaml = yamlLibrary();
  readonly #anchors: AnchorLookup;
  readonly #options: ConvertOptions;
  /** Aliases being expanded, to catch one inside itself. */
  readonly #open = new Set<Node>();
  #aliasNodes = 0;
  #flowDepth = 0;
  #listDepth = 0;

  constructor(anchors: AnchorLookup, options: ConvertOptions) {
    this.#anchors = anchors;
    this.#options = options;
  }

  node(node: Node, depth: number): unknown {
    if (depth > depthLimit) throw this.#fail("yaml-too-large", nestsTooDeeply, node);
    if (this.#open.size > 0 && ++this.#aliasNodes > aliasNodeLimit) {
      throw this.#fail("yaml-too-large", expandsTooMuch, node);
    }
    if (this.#yaml.isScalar(node)) return this.#scalar(node);
    if (this.#yaml.isAlias(node)) return this.#alias(node, depth);
    if (!this.#yaml.isSeq(node) && !this.#yaml.isMap(node)) return null;
    if (node.flow === true) this.#flowDepth++;
    const value = this.#yaml.isMap(node) ? this.#map(node, depth) : this.#list(node, depth);
    if (node.flow === true) this.#flowDepth--;
    return value;
  }

  #list(list: YAMLSeq, depth: number): unknown {
    this.#listDepth++;
    const items = list.items.map((item) => this.#item(item, depth));
    this.#listDepth--;
    return items;
  }

  #item(item: unknown, depth: number): unknown {
    // A sequence item may be a lone pair in flow style: [a: b].
    if (this.#yaml.isPair(item)) {
      const target: Target = {};
      this.#pair(target, item as Pair<Node, Node>, new Set(), depth);
      return target;
    }
    return this.node(item as Node, depth + 1);
  }

  #scalar(node: Scalar): unknown {
    const text = this.#text(node);
    const tag = node.tag?.replace("tag:yaml.org,2002:", "!!");
    if (tag === "!!binary") return Buffer.from(text, "base64").toString("utf8");
    if (tag === "!!str") return text;
    if (tag === undefined && node.type !== "PLAIN") return this.#options.resolve(text, "quoted");
    if (tag !== undefined && !resolvedTags.has(tag)) return text;
    const value = this.#options.resolve(text, this.#flowDepth > 0 ? "plain-in-flow" : "plain");
    return typeof value === "bigint" ? Number(value) : value;
  }

  /** A block whose last line isn't ended has no line break there, as libyaml takes it. */
  #text({ value, type, range }: Scalar): string {
    const text = typeof value === "string" ? value : String(value ?? "");
    if (type !== "BLOCK_LITERAL" && type !== "BLOCK_FOLDED") return text;
    const { openEnd, folded } = this.#options;
    const ended = openEnd === undefined || range?.[1] !== openEnd ? text : text.replace(/\n$/, "");
    return type === "BLOCK_FOLDED" && this.#flowDepth === 0 ? folded(ended) : ended;
  }

  #map(map: YAMLMap, depth: number): unknown {
    const target: Target = {};
    const seen = new Set<string>();
    for (const pair of map.items) this.#pair(target, pair as Pair<Node, Node>, seen, depth);
    return target;
  }

  #pair(target: Target, pair: Pair<Node, Node>, seen: Set<string>, depth: number): void {
    const { fieldAlias } = this.#options;
    const alias = this.#listDepth === 0 && this.#yaml.isAlias(pair.value) ? fieldAlias : undefined;
    if (alias !== undefined) this.#resolve(pair.value as Node);
    if (isMergeKey(pair.key)) {
      if (alias !== undefined) setEntry(target, "<<", alias);
      else if (pair.value !== null) this.#merge(target, pair.value, seen, depth);
      return;
    }
    const key = this.#key(pair.key, depth);
    if (seen.has(key)) this.#options.onDuplicate(key, pair.key.range?.[0] ?? 0);
    seen.add(key);
    setEntry(target, key, alias ?? (pair.value === null ? null : this.node(pair.value, depth + 1)));
  }

  /** A merged mapping gives what the mapping itself doesn't; of several the first wins. */
  #merge(target: Target, value: Node, seen: ReadonlySet<string>, depth: number): void {
    const source = this.#yaml.isAlias(value) ? this.#resolve(value) : value;
    if (this.#yaml.isSeq(source)) {
      for (const item of [...source.items].reverse()) this.#merge(target, item as Node, seen, depth + 1);
      return;
    }
    if (!this.#yaml.isMap(source))
      throw this.#fail("yaml-invalid", "map merge requires map or sequence of maps as the value", value);
    const merged = this.node(value, depth + 1) as Target;
    for (const [key, item] of Object.entries(merged)) {
      if (!seen.has(key)) setEntry(target, key, item);
    }
  }

  #alias(node: Node, depth: number): unknown {
    const target = this.#resolve(node);
    if (this.#open.has(target)) throw this.#fail("yaml-invalid", "an anchor contains itself", node);
    this.#open.add(target);
    const value = this.node(target, depth + 1);
    this.#open.delete(target);
    return value;
  }

  #resolve(alias: Node): Node {
    const target = this.#anchors(alias);
    if (target === undefined)
      throw this.#fail("yaml-invalid", "this is not valid YAML: unknown anchor", alias);
    return target;
  }

  #key(node: Node | null, depth: number): string {
    const value = node === null ? null : this.node(node, depth + 1);
    if (value === null) throw this.#fail("yaml-invalid", "a mapping's key must not be null", node);
    if (this.#options.textKeys && typeof value !== "string") {
      if (this.#yaml.isScalar(node) && (depth === 0 || node.type !== "PLAIN")) return String(node.value);
      throw this.#fail("yaml-invalid", "a mapping's key must be a text", node);
    }
    if (typeof value === "object") {
      throw this.#fail("yaml-invalid", "a mapping's key must be a scalar", node);
    }
    return String(value);
  }

  #fail(code: string, message: string, node: Node | null): CatalystError {
    return this.#options.fail(code, message, node?.range?.[0] ?? 0);
  }
}

function isMergeKey(key: Node | null): boolean {
  return yamlLibrary().isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

function setEntry(target: Target, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else target[key] = value;
}
