import { aliasNodeLimit, depthLimit, expandsTooMuch, nestsTooDeeply } from "../yaml-limits.ts";
import { isYamlTimestamp, resolveScalar, type YamlScalar } from "../yaml-scalars.ts";
import { GoYamlError } from "./errors.ts";
import { goSyntax } from "./go-syntax.ts";
import type { AliasNode, MappingNode, Node, ScalarNode, TooLarge } from "./nodes.ts";

const prefix = "tag:yaml.org,2002:";

/** Tags under which a text still has to be what it looks like; under any other it is text. */
const resolvedTags: ReadonlySet<string> = new Set(
  ["str", "bool", "int", "float", "null", "timestamp"].map((name) => prefix + name),
);

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

  /** A key as JSON has it. */
  #key(key: Node, value: Node): string {
    const source = key.kind === "alias" ? key.target : key;
    if (source.kind !== "scalar") {
      // What is wrong inside of it is told first.
      this.node(key);
      throw new GoYamlError(`invalid map key: ${goSyntax(source, this.#tooLarge)}`);
    }
    const resolved = decodeScalar(source);
    if (!isJson(resolved)) throw unsupported(resolved);
    if (resolved !== null) return String(resolved);
    // sigs.k8s.io/yaml's own text: what go-yaml takes JSON can't have. What go-yaml doesn't take is told first.
    this.node(value);
    throw new GoYamlError(
      `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(value, this.#tooLarge, true)}`,
      0,
      "",
    );
  }
}

function isMergeKey(key: Node): boolean {
  return key.kind === "scalar" && key.text === "<<" && (key.isImplicit || key.tag === `${prefix}merge`);
}

/** Gives a scalar's value by its form and tag. */
function decodeScalar(node: ScalarNode): string | number | boolean | null {
  const value = scalarOf(node);
  return typeof value === "bigint" ? Number(value) : value;
}

function isJson(value: unknown): boolean {
  return typeof value !== "number" || Number.isFinite(value);
}

/** Says what Go's JSON says of a number that isn't finite. */
function unsupported(value: unknown): GoYamlError {
  const text = value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : "NaN";
  return new GoYamlError(`json: unsupported value: ${text}`, 0, "");
}

function scalarOf({ tag, text, isImplicit }: ScalarNode): YamlScalar {
  if (tag === "") return isImplicit ? resolveScalar(text) : text;
  if (tag === `${prefix}binary`) return decodeBinary(text);
  if (!resolvedTags.has(tag) || tag === `${prefix}str`) return text;
  const value = resolveScalar(text);
  const found = tagOf(value, text);
  const isWidened = tag === `${prefix}float` && found === "int";
  if (!isWidened && tag !== prefix + found) {
    throw new GoYamlError(`cannot decode !!${found} \`${text}\` as a !!${tag.slice(prefix.length)}`);
  }
  return value;
}

function decodeBinary(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, "");
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    throw new GoYamlError("!!binary value contains invalid base64 data");
  }
  return Buffer.from(packed, "base64").toString("utf8");
}

/** The short tag of what a text was read as. */
function tagOf(value: YamlScalar, text: string): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return /^[-+]?(?:0[xXoObB])?[0-9a-fA-F_]+$/.test(text) ? "int" : "float";
    default:
      return isYamlTimestamp(text) ? "timestamp" : "str";
  }
}
