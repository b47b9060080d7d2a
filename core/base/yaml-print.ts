import { compareKeys } from "./yaml-keys.ts";
import { needsQuotes } from "./yaml-scalars.ts";

/** What can be printed: JSON values, Maps as objects, bigint as an integer. */
type Printable = unknown;

/** Column after which a space in a scalar becomes a line break; go-yaml 2's default, which Helm's charts see. */
const preferredWidth = 80;

/** Longest key, in bytes, printed as `key:`; a longer one needs `? key`. */
const simpleKeyLimit = 128;

/**
 * Prints a value byte for byte as sigs.k8s.io/yaml does: keys in go-yaml's natural order, sequences not
 * indented, long lines folded.
 */
export function printYaml(value: unknown, options: PrintOptions = {}): string {
  const printer = new YamlPrinter(options);
  printer.node(value, -1, "root");
  return printer.finish();
}

export interface PrintOptions {
  /**
   * Prints as go-yaml 3 does of untyped Go values: sequences in a mapping stand two spaces further in, lines aren't
   * folded, and a float without a fraction is still one (1e+06).
   */
  readonly isGoYaml3?: boolean;
}

/** A text that is printed as it is, such as a date. */
export class PlainScalar {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The length from which go-yaml breaks base64 into lines. */
const base64Line = 70;

/** Bytes that are no text, as base64. */
export class BinaryScalar {
  readonly base64: string;
  /** What it is sorted by as a key. */
  readonly order: string;

  constructor(bytes: Uint8Array, order: string) {
    this.base64 = Buffer.from(bytes).toString("base64");
    this.order = order;
  }
}

type Key = string | BinaryScalar;

const orderOf = (key: Key) => (key instanceof BinaryScalar ? key.order : key);

/** A mapping whose keys stay in their order, as the fields of a struct do. */
export class OrderedMapping extends Map<string, unknown> {}

type Place = "root" | "key" | "value" | "item";

class YamlPrinter {
  readonly #isGoYaml3: boolean;
  #out = "";
  #column = 0;

  constructor({ isGoYaml3 = false }: PrintOptions) {
    this.#isGoYaml3 = isGoYaml3;
  }

  finish(): string {
    return this.#column === 0 ? this.#out : `${this.#out}\n`;
  }

  /** Prints a node whose parent stands at `indent`. */
  node(value: Printable, indent: number, place: Place): void {
    if (Array.isArray(value)) this.#sequence(value, indent, place);
    else if (value instanceof Map) {
      const entries: [Key, Printable][] = [...value];
      if (!(value instanceof OrderedMapping)) entries.sort(([a], [b]) => compareKeys(orderOf(a), orderOf(b)));
      this.#mapping(entries, indent, place);
    } else if (value instanceof PlainScalar) this.#word(value.text, place);
    else if (value instanceof BinaryScalar) this.#binary(value, indent, place);
    else if (typeof value === "object" && value !== null)
      this.#mapping(
        definedEntries(value).sort(([a], [b]) => compareKeys(a, b)),
        indent,
        place,
      );
    else this.#scalar(value, indent, place);
  }

  #sequence(items: readonly Printable[], indent: number, place: Place): void {
    if (items.length === 0) this.#word("[]", place);
    // In a mapping the dashes stand below the key's first letter.
    const own = place === "root" ? 0 : place === "value" && !this.#isGoYaml3 ? indent : indent + 2;
    items.forEach((item, index) => {
      this.#startEntry(own, index === 0, place);
      this.#write("-");
      this.node(item, own, "item");
    });
  }

  #mapping(entries: [Key, Printable][], indent: number, place: Place): void {
    if (entries.length === 0) this.#word("{}", place);
    const own = indent < 0 ? 0 : indent + 2;
    entries.forEach(([key, value], index) => {
      this.#startEntry(own, index === 0, place);
      this.node(value, own, this.#key(key, own));
    });
  }

  /** Goes to where an entry starts: a new line, or behind the dash for the first in a sequence's item. */
  #startEntry(indent: number, isFirst: boolean, place: Place): void {
    if (isFirst && place === "item") {
      this.#write(" ".repeat(Math.max(indent - this.#column, 1)));
      return;
    }
    if (this.#column > 0) this.#break();
    this.#write(" ".repeat(indent));
  }

  /** Writes a key, and tells where its value stands: behind one of several lines as an item of a sequence does. */
  #key(key: Key, indent: number): Place {
    const isSimple =
      key instanceof BinaryScalar
        ? key.base64.length < base64Line
        : !keyBreak.test(key) && Buffer.byteLength(key) <= simpleKeyLimit;
    const place = isSimple ? "key" : "item";
    if (!isSimple) this.#write("?");
    if (key instanceof BinaryScalar) this.#binary(key, indent, place);
    else this.#string(key, indent, place);
    if (isSimple) {
      this.#write(":");
      return "value";
    }
    if (this.#column > 0) this.#break();
    this.#write(`${" ".repeat(indent)}:`);
    return "item";
  }

  #scalar(value: Printable, indent: number, place: Place): void {
    if (typeof value === "string") this.#string(value, indent, place);
    else if (typeof value === "number") this.#word(printNumber(value, !this.#isGoYaml3), place);
    else if (typeof value === "boolean" || typeof value === "bigint") this.#word(String(value), place);
    else this.#word("null", place);
  }

  #word(text: string, place: Place): void {
    this.#write(place === "root" || place === "key" ? text : ` ${text}`);
  }

  #string(text: string, indent: number, place: Place): void {
    const allowed = analyze(text, this.#isGoYaml3);
    const isKey = place === "key";
    const mustDouble = text.includes("\n") || needsQuotes(text) || !allowed.single;
    if (text.includes("\n") && allowed.block && !isKey) this.#literal(text, indent, place);
    else if (!mustDouble && allowed.plain) this.#folded(text, "", indent, place);
    else if (mustDouble) this.#folded(escapeDouble(text), '"', indent, place, text);
    else this.#folded(indentBreaks(text.replaceAll("'", "''"), indent), "'", indent, place);
  }

  #binary({ base64 }: BinaryScalar, indent: number, place: Place): void {
    this.#word("!!binary", place);
    if (base64.length < base64Line) this.#word(base64, "value");
    else this.#literal(base64.replace(/.{1,70}/g, "$&\n"), indent, "value");
  }

  #literal(text: string, indent: number, place: Place): void {
    const hint = /^[ \n\u2028\u2029]/.test(text) ? "2" : "";
    const ending = breaksAtEnd(text);
    const chomp = ending === "" ? "-" : ending.length > 1 || ending === text ? "+" : "";
    this.#word(`|${hint}${chomp}`, place);
    this.#break();
    this.#out += indentBreaks(text, indent, true);
    this.#column = ending === "" ? 1 : 0;
  }

  /** Writes a scalar on one line, or folded at single spaces past the preferred width. */
  #folded(text: string, quote: string, indent: number, place: Place, source = text): void {
    this.#word(quote, place);
    const room = this.#isGoYaml3 ? Number.POSITIVE_INFINITY : preferredWidth - this.#column;
    if (place === "key" || text.length <= room || !source.includes(" ")) {
      this.#write(text + quote);
      return;
    }
    const pad = " ".repeat(Math.max(indent, 0) + 2);
    let afterSpace = false;
    const characters = [...text];
    characters.forEach((character, index) => {
      const isSpace = character === " ";
      if (
        isSpace &&
        !afterSpace &&
        this.#column > preferredWidth &&
        this.#mayFold(characters, index, quote)
      ) {
        this.#break();
        this.#write(pad);
        if (quote === '"' && characters[index + 1] === " ") this.#write("\\");
      } else {
        this.#write(character);
        if (lineBreak.test(character)) this.#column = 0;
      }
      afterSpace = isSpace;
    });
    this.#write(quote);
  }

  #mayFold(characters: readonly string[], index: number, quote: string): boolean {
    if (quote !== "" && (index === 0 || index === characters.length - 1)) return false;
    return quote === '"' || characters[index + 1] !== " ";
  }

  #write(text: string): void {
    this.#out += text;
    this.#column += text.length;
  }

  #break(): void {
    this.#out += "\n";
    this.#column = 0;
  }
}

/** What ends a line where go-yaml prints: Unicode's own too. */
const lineBreak = /[\n\u2028\u2029]/;

/** What ends a line for libyaml, where it only looks whether a key has several: some of these are always escaped. */
const keyBreak = /[\n\r\u0085\u2028\u2029]/;

/** By hand: an expression would begin anew at each of many breaks. */
function breaksAtEnd(text: string): string {
  let start = text.length;
  while (start > 0 && lineBreak.test(text[start - 1] ?? "")) start--;
  return text.slice(start);
}

/** Indents what follows a break, and what comes first where the text begins on a line of its own. */
function indentBreaks(text: string, indent: number, isOwnLine = false): string {
  if (!isOwnLine && !lineBreak.test(text)) return text;
  const pad = " ".repeat(Math.max(indent, 0) + 2);
  const indented = text.replace(/[\n\u2028\u2029](?=[^\n\u2028\u2029])/g, (found) => found + pad);
  return isOwnLine && !lineBreak.test(text[0] ?? "") ? pad + indented : indented;
}

function definedEntries(value: object): [string, Printable][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

/** Which styles can carry a text, by libyaml's analysis. */
function analyze(text: string, hasTabs: boolean): { plain: boolean; single: boolean; block: boolean } {
  if (/^[A-Za-z0-9_./][A-Za-z0-9_./-]*$/.test(text) && !text.startsWith("...")) {
    return { plain: true, single: true, block: true };
  }
  const special = /[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text);
  // A tab lets go-yaml 3 write a block, and go-yaml 2 nothing but double quotes.
  const tabs = text.includes("\t");
  const breaks = lineBreak.test(text);
  const spaceBreak = / [\n\u2028\u2029]/.test(text);
  const breakSpace = /[\n\u2028\u2029] /.test(text);
  const indicators =
    /^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[ \t]|$)|:(?:[ \t]|$)|[ \t\n\u2028\u2029]#/.test(text);
  const edges = /^[ \n\u2028\u2029]|[ \n\u2028\u2029]$/.test(text);
  return {
    plain: !special && !tabs && !breaks && !breakSpace && !spaceBreak && !indicators && !edges,
    single: !special && !tabs && !breakSpace && !spaceBreak,
    block: !special && (hasTabs || !tabs) && !spaceBreak && !text.endsWith(" ") && text !== "",
  };
}

const escapes: Readonly<Record<number, string>> = {
  0: "0",
  7: "a",
  8: "b",
  9: "t",
  10: "n",
  11: "v",
  12: "f",
  13: "r",
  27: "e",
  34: '"',
  92: "\\",
  133: "N",
  160: "_",
  8232: "L",
  8233: "P",
};

/** What must be escaped. */
const unprintable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are among them.
  /[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff]/g;

/** Of a text that begins with a byte order mark go-yaml takes every character for one. */
function escapeDouble(text: string): string {
  return text.startsWith("\ufeff")
    ? [...text].map(escapeCharacter).join("")
    : text.replace(unprintable, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const known = escapes[code];
  if (known !== undefined) return `\\${known}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/** Prints a number by %g; with `asIntegers`, as Go's JSON encoder and go-yaml together do, what fits one as an integer. */
function printNumber(value: number, asIntegers: boolean): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  if (asIntegers && Number.isInteger(value) && fitsInteger(String(value))) return String(value);
  const [mantissa = "0", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return Object.is(value, -0) ? "-0" : String(value);
  const size = Math.abs(exponent);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${size < 10 ? "0" : ""}${size}`;
}

/** Whether digits that JSON shows are read as an int64 or uint64: they may be rounded up past it. */
function fitsInteger(digits: string): boolean {
  if (digits.includes("e")) return false;
  const value = BigInt(digits);
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}
