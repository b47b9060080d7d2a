import { depthLimit, nestsTooDeeply } from "../yaml-limits.ts";
import { GoYamlError } from "./errors.ts";
import type { MappingNode, Node, ScalarNode, SequenceNode, TooLarge } from "./nodes.ts";
import { Scanner } from "./scanner.ts";
import type { Token, TokenType } from "./tokens.ts";

const defaultHandles: readonly (readonly [string, string])[] = [
  ["!", "!"],
  ["!!", "tag:yaml.org,2002:"],
];

/**
 * Parses the first document of a text; undefined when there is none. What follows it isn't looked at. Throws
 * GoYamlError, and what `tooLarge` makes of a document that nests without end.
 */
export function parseDocument(text: string, tooLarge: TooLarge): Node | undefined {
  return new Parser(text, tooLarge).document();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #tooLarge: TooLarge;
  readonly #handles = new Map<string, string>();
  readonly #anchors = new Map<string, Node>();
  #depth = 0;

  constructor(text: string, tooLarge: TooLarge) {
    this.#scanner = new Scanner(text);
    this.#tooLarge = tooLarge;
  }

  document(): Node | undefined {
    const first = this.#peek();
    if (first.type === "stream-end") return undefined;
    const isExplicit = /^(version-directive|tag-directive|document-start)$/.test(first.type);
    this.#directives();
    if (isExplicit) {
      const start = this.#peek();
      if (start.type !== "document-start") fail("did not find expected <document start>", start);
      this.#scanner.skip();
    }
    const next = this.#peek();
    const isEmpty =
      isExplicit &&
      isOneOf(next, "version-directive", "tag-directive", "document-start", "document-end", "stream-end");
    const root = isEmpty ? emptyScalar() : this.#node(true, false);
    // The end of the document is looked for; what stands there may be refused.
    this.#peek();
    return root;
  }

  #directives(): void {
    let hasVersion = false;
    for (
      let found = this.#peek();
      isOneOf(found, "version-directive", "tag-directive");
      found = this.#peek()
    ) {
      if (found.type === "version-directive") {
        if (hasVersion) fail("found duplicate %YAML directive", found);
        if (found.suffix !== "1.1") fail("found incompatible YAML document", found);
        hasVersion = true;
      } else {
        if (this.#handles.has(found.value)) fail("found duplicate %TAG directive", found);
        this.#handles.set(found.value, found.suffix);
      }
      this.#scanner.skip();
    }
    for (const [handle, prefix] of defaultHandles) {
      if (!this.#handles.has(handle)) this.#handles.set(handle, prefix);
    }
  }

  /** Parses a node; in a block context with block collections, and with sequences that aren't indented. */
  #node(isBlock: boolean, takesIndentless: boolean): Node {
    const first = this.#peek();
    if (first.type === "alias") return this.#alias(first);
    const { anchor, tag } = this.#properties();
    const found = this.#peek();
    const named = <N extends Node>(node: N): N => {
      if (anchor !== undefined) this.#anchors.set(anchor, node);
      return node;
    };
    if (found.type === "scalar") {
      this.#scanner.skip();
      const isImplicit = (tag === "" && found.isPlain) || tag === "!";
      return named({ kind: "scalar", tag, text: found.value, isImplicit });
    }
    const fill = this.#collectionAt(found, isBlock, takesIndentless);
    if (fill !== undefined) return this.#collection(named(fill.empty), fill.parse);
    if (anchor !== undefined || tag !== "") {
      return named({ kind: "scalar", tag, text: "", isImplicit: tag === "" });
    }
    return fail("did not find expected node content", found);
  }

  #alias({ value }: Token): Node {
    const target = this.#anchors.get(value);
    if (target === undefined) throw new GoYamlError(`unknown anchor '${value}' referenced`);
    this.#scanner.skip();
    return { kind: "alias", name: value, target };
  }

  /** Reads the anchor and the tag before a node, in either order. */
  #properties(): { anchor: string | undefined; tag: string } {
    let anchor: string | undefined;
    let tag: Token | undefined;
    for (let found = this.#peek(); ; found = this.#peek()) {
      if (found.type === "anchor" && anchor === undefined) anchor = found.value;
      else if (found.type === "tag" && tag === undefined) tag = found;
      else return { anchor, tag: tag === undefined ? "" : this.#fullTag(tag) };
      this.#scanner.skip();
    }
  }

  #fullTag(tag: Token): string {
    if (tag.value === "") return tag.suffix;
    const prefix = this.#handles.get(tag.value);
    return prefix === undefined ? fail("found undefined tag handle", tag) : prefix + tag.suffix;
  }

  #collectionAt(found: Token, isBlock: boolean, takesIndentless: boolean) {
    switch (found.type) {
      case "block-entry":
        return takesIndentless ? sequenceFilled((node) => this.#indentlessSequence(node)) : undefined;
      case "flow-sequence-start":
        return sequenceFilled((node) => this.#flowSequence(node));
      case "flow-mapping-start":
        return mappingFilled((node) => this.#flowMapping(node));
      case "block-sequence-start":
        return isBlock ? sequenceFilled((node) => this.#blockSequence(node)) : undefined;
      case "block-mapping-start":
        return isBlock ? mappingFilled((node) => this.#blockMapping(node)) : undefined;
      default:
        return undefined;
    }
  }

  #collection(node: SequenceNode | MappingNode, parse: (node: never) => void): Node {
    if (++this.#depth > depthLimit) throw this.#tooLarge(nestsTooDeeply);
    parse(node as never);
    this.#depth--;
    return node;
  }

  #blockSequence({ items }: SequenceNode): void {
    this.#scanner.skip();
    for (;;) {
      const found = this.#peek();
      if (found.type === "block-end") break;
      if (found.type !== "block-entry") fail("did not find expected '-' indicator", found);
      this.#scanner.skip();
      items.push(this.#nodeUnless("block-entry", "block-end"));
    }
    this.#scanner.skip();
  }

  #indentlessSequence({ items }: SequenceNode): void {
    while (this.#peek().type === "block-entry") {
      this.#scanner.skip();
      items.push(this.#nodeUnless("block-entry", "key", "value", "block-end"));
    }
  }

  /** Parses what follows a `-`: nothing where the next entry or the end stands there. */
  #nodeUnless(...ends: TokenType[]): Node {
    return isOneOf(this.#peek(), ...ends) ? emptyScalar() : this.#node(true, false);
  }

  #blockMapping({ entries }: MappingNode): void {
    this.#scanner.skip();
    for (;;) {
      const found = this.#peek();
      if (found.type === "block-end") break;
      if (found.type !== "key") fail("did not find expected key", found);
      this.#scanner.skip();
      const key = this.#part();
      if (this.#peek().type !== "value") entries.push([key, emptyScalar()]);
      else {
        this.#scanner.skip();
        entries.push([key, this.#part()]);
      }
    }
    this.#scanner.skip();
  }

  /** Parses a key or a value of a block mapping, which may be left out. */
  #part(): Node {
    return isOneOf(this.#peek(), "key", "value", "block-end") ? emptyScalar() : this.#node(true, true);
  }

  #flowSequence({ items }: SequenceNode): void {
    this.#scanner.skip();
    for (let isFirst = true; ; isFirst = false) {
      if (this.#peek().type !== "flow-sequence-end" && !isFirst)
        this.#flowEntry("did not find expected ',' or ']'");
      const found = this.#peek();
      if (found.type === "flow-sequence-end") break;
      if (found.type === "key") items.push(this.#loneEntry());
      else items.push(this.#node(false, false));
    }
    this.#scanner.skip();
  }

  /** Parses `key: value` in a flow sequence, which is a mapping of its own. */
  #loneEntry(): MappingNode {
    this.#scanner.skip();
    const found = this.#peek();
    let key: Node;
    if (isOneOf(found, "value", "flow-entry", "flow-sequence-end")) {
      // go-yaml goes past that token too.
      this.#scanner.skip();
      key = emptyScalar();
    } else key = this.#node(false, false);
    return { kind: "mapping", entries: [[key, this.#flowValue("flow-sequence-end")]] };
  }

  #flowMapping({ entries }: MappingNode): void {
    this.#scanner.skip();
    for (let isFirst = true; ; isFirst = false) {
      if (this.#peek().type !== "flow-mapping-end" && !isFirst)
        this.#flowEntry("did not find expected ',' or '}'");
      const found = this.#peek();
      if (found.type === "flow-mapping-end") break;
      if (found.type !== "key") {
        entries.push([this.#node(false, false), emptyScalar()]);
        continue;
      }
      this.#scanner.skip();
      const isEmpty = isOneOf(this.#peek(), "value", "flow-entry", "flow-mapping-end");
      const key = isEmpty ? emptyScalar() : this.#node(false, false);
      entries.push([key, this.#flowValue("flow-mapping-end")]);
    }
    this.#scanner.skip();
  }

  #flowEntry(problem: string): void {
    const found = this.#peek();
    if (found.type !== "flow-entry") fail(problem, found);
    this.#scanner.skip();
  }

  #flowValue(end: TokenType): Node {
    if (this.#peek().type !== "value") return emptyScalar();
    this.#scanner.skip();
    return isOneOf(this.#peek(), "flow-entry", end) ? emptyScalar() : this.#node(false, false);
  }

  #peek(): Token {
    return this.#scanner.peek();
  }
}

function sequenceFilled(parse: (node: SequenceNode) => void) {
  return { empty: { kind: "sequence", items: [] } satisfies SequenceNode as SequenceNode, parse };
}

function mappingFilled(parse: (node: MappingNode) => void) {
  return { empty: { kind: "mapping", entries: [] } satisfies MappingNode as MappingNode, parse };
}

function emptyScalar(): ScalarNode {
  return { kind: "scalar", tag: "", text: "", isImplicit: true };
}

function isOneOf({ type }: Token, ...types: TokenType[]): boolean {
  return types.includes(type);
}

/** Throws what go-yaml says of a token; it names the line before it. */
function fail(problem: string, { line }: Token): never {
  throw new GoYamlError(problem, line);
}
