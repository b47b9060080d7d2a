import { escapeCharacter, isPrintable, scalarStyle } from "./go-yaml-scalar.ts";

/** A text longer than this is broken at its next space. */
const bestWidth = 80;

/** A mapping's key of more bytes than this is written as `? key`. */
const longestSimpleKey = 128;

/**
 * Prints a JSON value as `sigs.k8s.io/yaml` does (kubectl, Helm and Kustomize all print through it): keys in
 * natural order, sequences not indented, long texts folded at 80 columns. Ends with a newline. Fields that are
 * undefined are left out. The rules are those of go-yaml 2's emitter.
 */
export function printGoYaml(value: unknown): string {
  const out = new Emitter();
  out.node(value, -2, false);
  return out.finish();
}

/** Orders mapping keys: letters by code point, digits as numbers, other characters before letters. */
export function compareYamlKeys(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    if (left[at] !== right[at]) return compareFrom(left, right, at);
  }
  return left.length - right.length;
}

const isLetter = (character: string) => /\p{L}/u.test(character);
const isDigit = (character: string | undefined) => character !== undefined && /\p{Nd}/u.test(character);

function compareFrom(left: readonly string[], right: readonly string[], at: number): number {
  const a = left[at] as string;
  const b = right[at] as string;
  const aLetter = isLetter(a);
  const bLetter = isLetter(b);
  const byCode = (a.codePointAt(0) as number) - (b.codePointAt(0) as number);
  if (aLetter && bLetter) return byCode;
  if (aLetter || bLetter) return bLetter ? -1 : 1;
  let carry = "";
  if (a === "0" || b === "0") {
    for (let before = at - 1; before >= 0 && isDigit(left[before]); before--) {
      if (left[before] !== "0") carry = "1";
    }
  }
  const aDigits = digitsFrom(left, at);
  const bDigits = digitsFrom(right, at);
  const aNumber = Number(`${carry}${aDigits}` || "0");
  const bNumber = Number(`${carry}${bDigits}` || "0");
  if (aNumber !== bNumber) return aNumber - bNumber;
  return aDigits.length === bDigits.length ? byCode : aDigits.length - bDigits.length;
}

function digitsFrom(characters: readonly string[], at: number): string {
  let end = at;
  while (isDigit(characters[end])) end++;
  return characters.slice(at, end).join("");
}

/** Prints a number as Go prints the value JSON carries: whole 64-bit numbers plain, others by `%g`. */
function printNumber(value: number): string {
  if (Number.isInteger(value) && value < 2 ** 64 && value >= -(2 ** 63)) return BigInt(value).toString();
  const [digits, exponentText] = value.toExponential().split("e") as [string, string];
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return value.toFixed(Math.max(0, fractionDigits(digits) - exponent));
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function fractionDigits(digits: string): number {
  return digits.split(".")[1]?.length ?? 0;
}

class Emitter {
  #parts: string[] = [];
  #column = 0;

  finish(): string {
    return `${this.#parts.join("")}\n`;
  }

  /** Writes a value; `indent` is that of the collection it stands in. */
  node(value: unknown, indent: number, inMapping: boolean) {
    if (Array.isArray(value)) return this.#sequence(value, indent, inMapping);
    if (typeof value === "object" && value !== null) {
      return this.#mapping(value as Record<string, unknown>, indent, inMapping);
    }
    if (typeof value === "string") return this.#text(value, indent);
    this.#write(
      typeof value === "number" ? printNumber(value) : value === undefined ? "null" : String(value),
    );
  }

  #sequence(items: readonly unknown[], indent: number, inMapping: boolean) {
    if (items.length === 0) return this.#write("[]");
    const inner = inMapping ? indent : indent + 2;
    items.forEach((item, index) => {
      if (index > 0 || inMapping) this.#newLine(inner);
      this.#write("- ");
      this.node(item, inner, false);
    });
  }

  #mapping(fields: Record<string, unknown>, indent: number, inMapping: boolean) {
    const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
    if (keys.length === 0) return this.#write("{}");
    const inner = indent + 2;
    keys.sort(compareYamlKeys).forEach((key, index) => {
      if (index > 0 || inMapping) this.#newLine(inner);
      this.#field(key, fields[key], inner);
    });
  }

  #field(key: string, value: unknown, indent: number) {
    const simple = Buffer.byteLength(key) <= longestSimpleKey && !key.includes("\n");
    if (!simple) {
      this.#write("? ");
      this.#text(key, indent);
      this.#newLine(indent);
      this.#write(": ");
      return this.node(value, indent, false);
    }
    this.#quoted(key, scalarStyle(key, true), indent, false);
    this.#write(":");
    const nested = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    if (!nested) this.#write(" ");
    this.node(value, indent, true);
  }

  #text(text: string, indent: number) {
    const style = scalarStyle(text, false);
    if (style === "literal") return this.#literal(text, indent + 2);
    this.#quoted(text, style, indent + 2, true);
  }

  #quoted(text: string, style: "plain" | "single" | "double" | "literal", indent: number, fold: boolean) {
    if (style === "plain") return this.#folded(text, indent, fold, "");
    if (style === "single") return this.#folded(text, indent, fold, "'");
    this.#doubleQuoted(text, indent, fold);
  }

  /** Plain and single-quoted texts, without line breaks of their own. */
  #folded(text: string, indent: number, fold: boolean, quote: "" | "'") {
    const body = quote === "" ? text : text.replaceAll("'", "''");
    if (!fold || this.#column + body.length <= bestWidth) return this.#write(quote + body + quote);
    this.#write(quote);
    const characters = Array.from(text);
    let spaces = false;
    characters.forEach((character, at) => {
      const inside = quote === "" || (at > 0 && at < characters.length - 1);
      if (character !== " ") this.#write(character === "'" ? quote + character : character);
      else if (!spaces && this.#column > bestWidth && inside && characters[at + 1] !== " ")
        this.#newLine(indent);
      else this.#write(" ");
      spaces = character === " ";
    });
    this.#write(quote);
  }

  #doubleQuoted(text: string, indent: number, fold: boolean) {
    const characters = Array.from(text);
    // The emitter takes every character for a byte order mark once the text begins with one.
    const escapeAll = characters[0] === "\ufeff";
    let spaces = false;
    this.#write('"');
    characters.forEach((character, at) => {
      const code = character.codePointAt(0) as number;
      const escaped = escapeAll || !isPrintable(code) || code === 0x0a || code === 0x22 || code === 0x5c;
      if (escaped || code === 0x2028 || code === 0x2029) {
        this.#write(escapeCharacter(code));
        spaces = false;
      } else if (character === " ") {
        const inside = at > 0 && at < characters.length - 1;
        if (fold && !spaces && this.#column > bestWidth && inside) {
          this.#newLine(indent);
          if (characters[at + 1] === " ") this.#write("\\");
        } else this.#write(" ");
        spaces = true;
      } else {
        this.#write(character);
        spaces = false;
      }
    });
    this.#write('"');
  }

  #literal(text: string, indent: number) {
    const first = text[0];
    const hint = first === " " || first === "\n" ? "2" : "";
    const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
    this.#write(`|${hint}${chomp}`);
    const lines = text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) {
      if (line === "") this.#parts.push("\n");
      else {
        this.#newLine(indent);
        this.#write(line);
      }
    }
  }

  #newLine(indent: number) {
    this.#parts.push("\n", " ".repeat(Math.max(indent, 0)));
    this.#column = Math.max(indent, 0);
  }

  #write(text: string) {
    this.#parts.push(text);
    this.#column += text.length;
  }
}
