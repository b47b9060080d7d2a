import type { Random } from "./random.ts";
import { keys, texts, verbs } from "./texts.ts";

/** Writes a text as a literal of a template, raw or quoted. */
export function literal(random: Random, text: string): string {
  return !/[`\0]/.test(text) && random.once(3) ? `\`${text}\`` : JSON.stringify(text);
}

export function textLiteral(random: Random): string {
  return literal(random, random.pick(texts));
}

export function keyLiteral(random: Random): string {
  return literal(random, random.pick(keys));
}

/** A format of some verbs, with some text around them. */
export function formatLiteral(random: Random): string {
  const verb = () => `%${random.pick(verbs)}`;
  return literal(
    random,
    [verb(), ...random.some(2, () => random.pick([" ", "", "|", "%%"]) + verb())].join(""),
  );
}

const integers = ["0", "1", "2", "3", "5", "7", "10", "-1", "-3", "'a'", "0x1F", "017", "0b11", "1_0", "+4"];

export function integerLiteral(random: Random): string {
  if (random.once(30)) return random.pick(["-9223372036854775808", "1e2", "12345678901"]);
  return random.pick(integers);
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
  ]);
}
