import { CatalystError } from "@catalyst/base/errors";
import { int, type Value } from "../template/values.ts";

/** A part of an expression; each is applied to what the one before it found. */
export type Step =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "keyword"; readonly name: string }
  | { readonly kind: "all" }
  | { readonly kind: "descend" }
  | { readonly kind: "slice"; readonly from: Bound; readonly to: Bound; readonly step: Bound }
  | { readonly kind: "union"; readonly members: readonly Expression[] }
  | {
      readonly kind: "filter";
      readonly left: Expression;
      /** `exists` where there is nothing to compare with. */
      readonly operator: string;
      readonly right: Expression;
    };

/** A number of a slice; `derived` for the end of a single index. */
export interface Bound {
  readonly value: number | undefined;
  readonly derived?: boolean;
}

export type Expression = readonly Step[];

/** Text, and between braces expressions. */
export type JsonPathTemplate = readonly (string | Expression)[];

/**
 * Parses a template as kubectl and helm take it: `{range .a[*]}{.name}{"\n"}{end}`. Throws `json-path-invalid` in the words of
 * Kubernetes' client library.
 */
export function parseJsonPath(text: string): JsonPathTemplate {
  const parts: (string | Expression)[] = [];
  let rest = text;
  while (rest !== "") {
    const open = rest.indexOf("{");
    if (open !== 0) parts.push(open < 0 ? rest : rest.slice(0, open));
    if (open < 0) break;
    const reader = new ExpressionReader(rest.slice(open + 1));
    parts.push(reader.read());
    rest = reader.rest;
  }
  return parts;
}

function invalid(message: string): CatalystError {
  return new CatalystError("json-path-invalid", message);
}

function unrecognized(character: string): CatalystError {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return invalid(`unrecognized character in action: U+${code} '${character}'`);
}

const terminator = /[\s.,[\]$@{}]/;
const digit = /\p{Nd}/u;
const wordStart = /[\p{L}\p{Nd}_]/u;

/** Reads one expression up to its brace. */
class ExpressionReader {
  readonly #text: string;
  #at = 0;
  readonly #steps: Step[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** What stands behind the brace. */
  get rest(): string {
    return this.#text.slice(this.#at);
  }

  read(): Expression {
    while (!this.#take("}")) this.#step();
    return this.#steps;
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #step(): void {
    const character = this.#text[this.#at];
    if (this.#take("[?(")) this.#filter();
    else if (this.#take("..")) this.#descend();
    else if (character === undefined || character === "\n" || character === "\r")
      throw invalid("unclosed action");
    else if (this.#take("[")) this.#brackets();
    else if (character === '"' || character === "'") this.#quoted(character);
    else if (this.#take(".")) this.#field();
    else if (character === "+" || character === "-" || digit.test(character)) this.#number();
    else if (wordStart.test(character)) this.#word();
    else if (!this.#take(" ") && !this.#take("@") && !this.#take("$")) throw unrecognized(character);
  }

  #descend(): void {
    if (this.#steps.at(-1)?.kind === "descend") throw invalid("invalid multiple recursive descent");
    this.#steps.push({ kind: "descend" });
    if (wordStart.test(this.#text[this.#at] ?? "")) this.#field();
  }

  /** A backslash takes any character into the name. */
  #field(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !terminator.test(this.#text[this.#at] ?? "")) {
      this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    }
    const name = this.#text.slice(start, this.#at);
    this.#steps.push(name === "*" ? { kind: "all" } : { kind: "field", name: name.replaceAll("\\", "") });
  }

  #number(): void {
    const [word = ""] = /^[+-]?[\p{Nd}.]*/u.exec(this.rest) ?? [];
    this.#at += word.length;
    const isInteger = /^[+-]?\d+$/.test(word);
    if (!isInteger && !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) throw invalid(`cannot parse number ${word}`);
    this.#steps.push({
      kind: "literal",
      value: isInteger ? int(BigInt(word.replace("+", ""))) : Number(word),
    });
  }

  #word(): void {
    const start = this.#at;
    while (this.#at < this.#text.length && !terminator.test(this.#text[this.#at] ?? "")) this.#at++;
    const name = this.#text.slice(start, this.#at);
    const isBoolean = name === "true" || name === "false";
    this.#steps.push(isBoolean ? { kind: "literal", value: name === "true" } : { kind: "keyword", name });
  }

  #quoted(quote: string): void {
    const start = this.#at++;
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined || character === "\n") throw invalid("unterminated quoted string");
      if (character === quote && this.#text[this.#at - 2] !== "\\") break;
    }
    const literal = this.#text.slice(start, this.#at);
    this.#steps.push({ kind: "text", text: unquoted(literal, quote) });
  }

  #brackets(): void {
    const end = this.#text.indexOf("]", this.#at);
    const inside = this.#text.slice(this.#at, end);
    if (end < 0 || inside.includes("\n")) throw invalid("unterminated array");
    this.#at = end + 1;
    const members = inside.split(",");
    const key = /^'([^']*)'$/.exec(inside)?.[1];
    if (members.length > 1) {
      const parsed = members.map((member) =>
        new ExpressionReader(`[${member.replace(/^ +| +$/g, "")}]}`).read(),
      );
      this.#steps.push({ kind: "union", members: parsed });
    } else if (key !== undefined) this.#steps.push(...new ExpressionReader(`.${key}}`).read());
    else this.#steps.push(sliceOf(inside));
  }

  /** Ends at a closing parenthesis outside of the one text that may stand in it. */
  #filter(): void {
    const start = this.#at;
    let quote = "";
    let isClosed = false;
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined || character === "\n") throw invalid("unterminated filter");
      if (character === ")" && (quote === "") === !isClosed) break;
      if (character !== '"' && character !== "'") continue;
      if (quote === "") quote = character;
      else if (character === quote && this.#text[this.#at - 2] !== "\\") isClosed = true;
    }
    const inside = this.#text.slice(start, this.#at - 1);
    if (!this.#take("]")) throw invalid("unclosed array expect ]");
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(inside) ?? [];
    const parse = (text: string) => new ExpressionReader(`${text}}`).read();
    this.#steps.push(
      left === undefined || operator === undefined || right === undefined
        ? { kind: "filter", left: parse(inside), operator: "exists", right: [] }
        : { kind: "filter", left: parse(left), operator, right: parse(right) },
    );
  }
}

function sliceOf(text: string): Step {
  const bounds = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text === "*" ? ":" : text);
  if (bounds === null) throw invalid(`invalid array index ${text}`);
  const [from, to, step] = [bounds[1], bounds[2], bounds[3]].map((word) => boundOf(word?.replace(":", "")));
  const none = { value: undefined };
  const single = bounds[2] === undefined ? { value: (from?.value ?? 0) + 1, derived: true } : (to ?? none);
  return { kind: "slice", from: from ?? none, to: single, step: step ?? none };
}

function boundOf(word: string | undefined): Bound {
  if (word === undefined || word === "") return { value: undefined };
  const isNumber = /^-?\d+$/.test(word) && BigInt.asIntN(64, BigInt(word)) === BigInt(word);
  if (!isNumber) throw invalid(`array index ${word} is not a number`);
  return { value: Number(word) };
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/** Reads a text with the escapes Go knows; its own quote alone may be escaped besides. */
function unquoted(literal: string, quote: string): string {
  const fault = () => invalid(`unquote string ${literal} error invalid syntax`);
  const inside = literal.slice(1, -1);
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))|\\$/gsu;
  return inside.replace(pattern, (_all, hex, short, long, octal, single) => {
    if (octal !== undefined && Number.parseInt(octal, 8) <= 255)
      return String.fromCodePoint(Number.parseInt(octal, 8));
    const digits = hex ?? short ?? long;
    if (digits !== undefined) {
      const code = Number.parseInt(digits, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw fault();
      return String.fromCodePoint(code);
    }
    const known = single === quote ? quote : escapes[single ?? ""];
    if (known === undefined) throw fault();
    return known;
  });
}
