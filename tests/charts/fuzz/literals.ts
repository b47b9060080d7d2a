import { composedText } from "./composed.ts";
import type { Random } from "./random.ts";
import { keys, texts, verbs } from "./texts.ts";

/** Writes a text as a literal of a template, raw or quoted. */
export function literal(random: Random, text: string): string {
  if (!/[`\0\r]/.test(text) && random.once(3)) return `\`${text}\``;
  return random.once(8) ? escapedLiteral(random, text) : JSON.stringify(text);
}

/** Go has more escapes than JSON. */
function escapedLiteral(random: Random, text: string): string {
  const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");
  const written = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    switch (random.below(4)) {
      case 0:
        return `\\U${hex(code, 8)}`;
      case 1:
        return code < 0x80 ? `\\x${hex(code, 2)}` : character;
      case 2:
        return code < 0x80 ? `\\${code.toString(8).padStart(3, "0")}` : character;
      default:
        return JSON.stringify(character).slice(1, -1);
    }
  });
  return `"${written.join("")}"`;
}

/** Literals of texts that aren't UTF-8, and of some that are wrong. */
const brokenTexts = [
  '"\\xff"',
  '"a\\xc3"',
  '"\\xa9b"',
  '"\\xe6\\x97x"',
  '"\\377A\\xc3\\xa9"',
  '"\\xed\\xa0\\x80"',
  '"Foo\\xf0\\x9f\\x98Bar"',
  '"\\xffFOO\\xfe1 x"',
  '"\\a\\v\\b\\f"',
  '"\\ud800"',
  '"\\xg"',
  '"\\400"',
  '"\\q"',
  "\"\\'\"",
  '"a\nb"',
];

export function textLiteral(random: Random): string {
  if (random.once(16)) return random.pick(brokenTexts);
  return literal(random, random.once(5) ? composedText(random, "text") : random.pick(texts));
}

export function keyLiteral(random: Random): string {
  return random.once(30) ? textLiteral(random) : literal(random, random.pick(keys));
}

/** A format of some verbs, with some text around them. */
export function formatLiteral(random: Random): string {
  const verb = () => `%${random.once(3) ? composedVerb(random) : random.pick(verbs)}`;
  return literal(
    random,
    [verb(), ...random.some(2, () => random.pick([" ", "", "|", "%%", "é"]) + verb())].join(""),
  );
}

function composedVerb(random: Random): string {
  const flags = random.some(3, () => random.pick(["+", "-", "#", " ", "0"])).join("");
  const width = random.pick(["", "", "1", "3", "8", "12", "*", "[1]*", "[2]*"]);
  const precision = random.pick(["", "", ".", ".0", ".1", ".4", ".10", ".*", ".[1]*"]);
  const index = random.pick(["", "", "", "", "[1]", "[2]", "[3]", "[0]", "[x]", "[1"]);
  return flags + width + precision + index + random.pick([..."vvdsqxXtTfFgGeEcbBoOUwy!%"]);
}

const integers = ["0", "1", "2", "3", "5", "7", "10", "-1", "-3", "'a'", "0x1F", "017", "0b11", "1_0", "+4"];
const rareIntegers = [
  "-9223372036854775808",
  "9223372036854775807",
  "9223372036854775808",
  "1e2",
  "12345678901",
  "-2147483649",
  "4294967296",
  "0o17",
  "08",
  "0b2",
  "0x",
  "1__0",
  "0x_1f",
  "'é'",
  "'\\n'",
  "'\\x41'",
  "'\\''",
  "'ab'",
  "''",
  "'\\u00e9'",
  "-0",
  "+0x10",
  "1.",
  "0X1P4",
];

export function integerLiteral(random: Random): string {
  return random.pick(random.once(25) ? rareIntegers : integers);
}

export function floatLiteral(random: Random): string {
  return random.pick([
    "0.5",
    "1.25",
    "2.0",
    "-1.5",
    "1e3",
    "1e21",
    "2.5",
    "1e-7",
    "0x1p-2",
    ".5",
    "3.",
    "0.1",
    "123456.789",
    "1e100",
    "-0.0",
    "1.7976931348623157e308",
    "5e-324",
    "9007199254740993.0",
    "0.30000000000000004",
    "1e20",
    "-2.5e-5",
    "1_0.2_5",
    "1e400",
    "1e",
  ]);
}
