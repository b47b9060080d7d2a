import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { type ReadableText, readableText } from "./cel-readable.ts";
import { CatalystError } from "./errors.ts";

/** A literal: texts, booleans, bytes and null as themselves, int as bigint, uint marked, double as number. */
export type CelLiteral = string | boolean | bigint | number | Uint8Array | null | { readonly uint: bigint };

/**
 * A CEL expression as it is written, before macros mean anything. `at` is the offset where errors about it are
 * shown: an operator's sign, a call's parenthesis, a selection's dot.
 */
export type CelSyntax = { readonly at: number } & (
  | { readonly kind: "literal"; readonly value: CelLiteral }
  | { readonly kind: "name"; readonly name: string }
  | {
      readonly kind: "select";
      readonly operand: CelSyntax;
      readonly field: string;
      readonly optional: boolean;
    }
  | {
      readonly kind: "index";
      readonly operand: CelSyntax;
      readonly index: CelSyntax;
      readonly optional: boolean;
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly target?: CelSyntax;
      readonly args: readonly CelSyntax[];
    }
  | { readonly kind: "operator"; readonly operator: string; readonly args: readonly CelSyntax[] }
  /** An element of a list, or what an entry of a map or a field of a struct is given: `?x`, which may be absent. */
  | { readonly kind: "optional"; readonly value: CelSyntax }
  | { readonly kind: "list"; readonly items: readonly CelSyntax[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [CelSyntax, CelSyntax])[] }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly CelField[] }
);

/** A field of a struct literal. */
export interface CelField {
  readonly at: number;
  readonly name: string;
  readonly value: CelSyntax;
}

/** A `cel-invalid` refusal of a text that isn't CEL; `at` is the offset where it stops being it. */
export class CelSyntaxError extends CatalystError {
  readonly at: number;

  constructor(message: string, at: number, cause?: unknown) {
    super("cel-invalid", message, { cause });
    this.at = at;
  }
}

/** cel-go's limit on the depth of an expression. */
const maxDepth = 250;
/** cel-go's limit on an expression's size, in code points. */
const maxLength = 100_000;

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  limits: { maxDepth, maxAstNodes: 50_000, maxListElements: 10_000, maxMapEntries: 10_000 },
});

/** Parses a CEL expression. Throws CelSyntaxError, also past cel-go's limits of size and depth. */
export function parseCel(expression: string): CelSyntax {
  if (expression.length > maxLength) {
    throw new CelSyntaxError(
      `expression code point size exceeds limit: size: ${expression.length}, limit ${maxLength}`,
      0,
    );
  }
  const source = readableText(expression);
  try {
    return new Reader(source).read(parse(source.text), 0);
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    throw new CelSyntaxError(error.message, source.original(error.at), error.cause);
  }
}

function parse(expression: string): ASTNode {
  try {
    return environment.parse(expression).ast;
  } catch (cause) {
    // The library goes down a run of unary signs without counting.
    if (cause instanceof RangeError) throw tooDeep(0);
    const { summary, range, code, node } = cause as LibraryError;
    if (!(cause instanceof Error) || summary === undefined) throw cause;
    const at = range?.start ?? 0;
    if (code === "invalid_macro_argument") {
      const isQuantifier = /^(all|exists|exists_one)\(/.test(summary);
      const message = isQuantifier ? "argument must be a simple name" : "argument is not an identifier";
      throw new CelSyntaxError(message, node?.op === "." ? expression.lastIndexOf(".", at) : at, cause);
    }
    const token = at >= expression.length ? "<EOF>" : expression.slice(at, Math.max(range?.end ?? 0, at + 1));
    throw new CelSyntaxError(`Syntax error: ${syntaxProblem(code, summary, token)}`, at, cause);
  }
}

const operandStarts =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** What cel-go's parser says where it can be told; the library's words elsewhere. */
function syntaxProblem(code: string | undefined, summary: string, token: string): string {
  switch (code) {
    case "unexpected_token":
      return `mismatched input '${token}' expecting ${operandStarts}`;
    case "unexpected_character":
      return summary.includes("'") ? `extraneous input '${token}' expecting <EOF>` : summary;
    default:
      return summary;
  }
}

interface LibraryError {
  readonly summary?: string;
  readonly range?: { readonly start: number; readonly end: number };
  readonly code?: string;
  readonly node?: { readonly op?: string };
}

function tooDeep(at: number): CelSyntaxError {
  return new CelSyntaxError(`expression recursion limit exceeded: ${maxDepth}`, at);
}

const blank = /[\s)]/;

/** Turns the library's nodes into ours, finding the places it doesn't keep. */
class Reader {
  readonly #source: ReadableText;
  readonly #text: string;

  constructor(source: ReadableText) {
    this.#source = source;
    this.#text = source.text;
  }

  read(node: ASTNode, depth: number): CelSyntax {
    const syntax = this.#read(node, depth);
    return { ...syntax, at: this.#source.original(syntax.at) };
  }

  #read(node: ASTNode, depth: number): CelSyntax {
    if (depth > maxDepth) throw tooDeep(node.range.start);
    const inner = (part: ASTNode) => this.read(part, depth + 1);
    const at = node.range.start;
    switch (node.op) {
      case "value":
        return { at, kind: "literal", value: literal(node.args) };
      case "id":
        return { at, kind: "name", name: node.args };
      case "list":
        return { at, kind: "list", items: node.args.map((item) => this.#element(item, inner(item))) };
      case "map": {
        const entry = ([key, value]: readonly [ASTNode, ASTNode]) =>
          [inner(key), this.#element(key, inner(value))] as const;
        return { at, kind: "map", entries: node.args.map(entry) };
      }
      case "call":
        return {
          at: this.#text.indexOf("(", at),
          kind: "call",
          name: node.args[0],
          args: node.args[1].map(inner),
        };
      case "rcall": {
        const at = this.#text.indexOf("(", this.#after(node.args[1]) + 1);
        if (this.#source.isStruct(at)) return this.#readStruct(at + 1, node.args[1], node.args[2][0], inner);
        return {
          at,
          kind: "call",
          name: node.args[0],
          target: inner(node.args[1]),
          args: node.args[2].map(inner),
        };
      }
      default:
        return this.#readOperation(node, inner);
    }
  }

  /** `at` is that of the brace. */
  #readStruct(
    at: number,
    type: ASTNode,
    fields: ASTNode | undefined,
    inner: (part: ASTNode) => CelSyntax,
  ): CelSyntax {
    const name = pathOf(inner(type));
    if (name === undefined || fields?.op !== "map") throw new CelSyntaxError("Syntax error: not a type", at);
    return {
      at,
      kind: "struct",
      name,
      fields: fields.args.map(([key, value]) => {
        const place = this.#after(key);
        const field = inner(key);
        if (field.kind !== "name") throw new CelSyntaxError("Syntax error: not a field", key.range.start);
        const given = this.#element(key, inner(value));
        return { at: this.#source.original(place), name: field.name, value: given };
      }),
    };
  }

  /** What an element that begins with `first` is, optional where a sign says so. */
  #element(first: ASTNode, value: CelSyntax): CelSyntax {
    return this.#source.isOptional(first.range.start) ? { at: value.at, kind: "optional", value } : value;
  }

  #readOperation(node: ASTNode, inner: (part: ASTNode) => CelSyntax): CelSyntax {
    switch (node.op) {
      case ".":
      case ".?":
        return {
          at: this.#after(node.args[0]),
          kind: "select",
          operand: inner(node.args[0]),
          field: node.args[1],
          optional: node.op === ".?",
        };
      case "[]":
      case "[?]":
        return {
          at: this.#after(node.args[0]),
          kind: "index",
          operand: inner(node.args[0]),
          index: inner(node.args[1]),
          optional: node.op === "[?]",
        };
      case "!_":
      case "-_":
        if (this.#source.isOptional(node.range.start)) return inner(node.args);
        return {
          at: node.range.start,
          kind: "operator",
          operator: node.op,
          args: [inner(node.args)],
        };
      case "&&":
      case "||": {
        const parts = chain(node);
        return {
          at: this.#after(parts[0]!),
          kind: "operator",
          operator: node.op,
          args: parts.map(inner),
        };
      }
      default: {
        const parts = node.args as readonly ASTNode[];
        return { at: this.#after(parts[0]!), kind: "operator", operator: node.op, args: parts.map(inner) };
      }
    }
  }

  /** The first sign after a node, past closing parentheses and comments. */
  #after(node: ASTNode): number {
    let at = node.range.end;
    while (at < this.#text.length) {
      if (this.#text.startsWith("//", at)) at = lineEnd(this.#text, at);
      else if (blank.test(this.#text[at]!)) at++;
      else break;
    }
    return at;
  }
}

/** `a.b.c` as a text. */
function pathOf(syntax: CelSyntax): string | undefined {
  if (syntax.kind === "name") return syntax.name;
  if (syntax.kind !== "select" || syntax.optional) return undefined;
  const before = pathOf(syntax.operand);
  return before === undefined ? undefined : `${before}.${syntax.field}`;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** The operands of a run of one logical operator, however long: without recursion. */
function chain(node: ASTNode): ASTNode[] {
  const operands: ASTNode[] = [];
  let rest = node;
  while (rest.op === node.op) {
    const [left, right] = rest.args as [ASTNode, ASTNode];
    operands.push(right);
    rest = left;
  }
  operands.push(rest);
  return operands.reverse();
}

/** The library marks uint literals by a class it doesn't export the type of. */
function literal(value: unknown): CelLiteral {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value as CelLiteral;
  return { uint: BigInt(String(value.valueOf())) };
}
