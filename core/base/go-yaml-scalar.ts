/** How a text may be written, as the YAML emitter of Go's tools sees it. */
interface ScalarFacts {
  readonly plain: boolean;
  readonly singleQuoted: boolean;
  readonly block: boolean;
}

export type ScalarStyle = "plain" | "single" | "double" | "literal";

const reserved =
  /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF|~|null|Null|NULL|\.nan|\.NaN|\.NAN|[-+]?\.(?:inf|Inf|INF))$/;
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]{1,16}|0[oO]?[0-7]+|0[bB][01]{1,64}|0|[1-9][0-9]*)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?(?:Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?)?$/;

/** Tells whether a plain text would be read back as something other than a text. */
function resolvesToOther(text: string): boolean {
  if (text === "" || reserved.test(text)) return true;
  const first = text[0] as string;
  if (first === ".") return /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/.test(text);
  if (!/[-+0-9]/.test(first)) return false;
  if (base60.test(text)) return true;
  if (timestamp.test(text) && isCalendarDate(text)) return true;
  const digits = text.replaceAll("_", "");
  return integer.test(digits) || (float.test(digits) && Number.isFinite(Number(digits)));
}

function isCalendarDate(text: string): boolean {
  const [year, month, day] = text.split(/[-Tt ]/, 3).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const isBreak = (code: number) =>
  code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
const isBlank = (code: number) => code === 0x20 || code === 0x09;

/** Characters the emitter writes as they are; the others need a double-quoted text. */
export function isPrintable(code: number): boolean {
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

const startIndicators = new Set("#,[]{}&*!|>'\"%@`");

function hasBlockIndicator(text: string, characters: readonly string[]): boolean {
  if (text.startsWith("---") || text.startsWith("...")) return true;
  return characters.some((character, index) => {
    const next = characters[index + 1];
    const nextIsBlank = next === undefined || isBlank(next.codePointAt(0) as number);
    if (index === 0) {
      if (startIndicators.has(character)) return true;
      return nextIsBlank && (character === "?" || character === ":" || character === "-");
    }
    if (character === ":") return nextIsBlank;
    if (character !== "#") return false;
    const before = (characters[index - 1] as string).codePointAt(0) as number;
    return isBlank(before) || isBreak(before);
  });
}

function analyze(text: string): ScalarFacts {
  if (text === "") return { plain: true, singleQuoted: true, block: false };
  const characters = Array.from(text);
  const codes = characters.map((character) => character.codePointAt(0) as number);
  const special = codes.some((code) => !isPrintable(code));
  const spaceThenBreak = codes.some((code, at) => isBreak(code) && codes[at - 1] === 0x20);
  if (special || spaceThenBreak) return { plain: false, singleQuoted: false, block: false };
  const breakThenSpace = codes.some(
    (code, at) => code === 0x20 && at > 0 && isBreak(codes[at - 1] as number),
  );
  const first = codes[0] as number;
  const last = codes[codes.length - 1] as number;
  const edge = first === 0x20 || isBreak(first) || last === 0x20 || isBreak(last);
  const plain = !edge && !codes.some(isBreak) && !hasBlockIndicator(text, characters);
  return { plain: plain && !breakThenSpace, singleQuoted: !breakThenSpace, block: last !== 0x20 };
}

/** Chooses how a text is written; `key`: as a mapping's key, which never spans lines. */
export function scalarStyle(text: string, key: boolean): ScalarStyle {
  // Most texts are simple words: they need no closer look.
  if (/^[A-Za-z][A-Za-z0-9_./-]*$/.test(text)) return reserved.test(text) ? "double" : "plain";
  const facts = analyze(text);
  if (text.includes("\n")) return facts.block && !key ? "literal" : "double";
  if (resolvesToOther(text)) return "double";
  if (facts.plain) return "plain";
  return facts.singleQuoted ? "single" : "double";
}

const escapes: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  27: "\\e",
  34: '\\"',
  92: "\\\\",
  133: "\\N",
  160: "\\_",
  8232: "\\L",
  8233: "\\P",
};

/** Writes one character of a double-quoted text as an escape. */
export function escapeCharacter(code: number): string {
  const short = escapes[code];
  if (short !== undefined) return short;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
