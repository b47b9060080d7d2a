import { composedText } from "./composed.ts";
import type { Random } from "./random.ts";
import { keys, texts } from "./texts.ts";

const numbers = [
  "0",
  "1",
  "-1",
  "2.5",
  "1e3",
  "1e21",
  "123456789",
  "9007199254740993",
  "-0.0",
  "1e-7",
  "0.1",
  "100000",
  "1234567.0",
  "3.0",
  "12345678901234567890",
  "9223372036854775807",
  "-9223372036854775808",
  "1.7976931348623157e308",
  "5e-324",
  "0.30000000000000004",
  "1E+2",
];

/** Writes random values as JSON: `.Values` of a case. The keys of the first level are those expressions ask for. */
export function randomValues(random: Random): string {
  const entries = topKeys.map((key) => `${JSON.stringify(key)}: ${valueFor(random, key)}`);
  return `{${entries.join(", ")}}`;
}

/** The keys of the first level; what each holds most of the time follows from its name. */
export const topKeys = ["text", "number", "flag", "list", "map", "nothing", "any"] as const;

function valueFor(random: Random, key: (typeof topKeys)[number]): string {
  switch (random.once(12) ? "any" : key) {
    case "text":
      return json(random.pick(texts));
    case "number":
      return random.pick(numbers);
    case "flag":
      return random.pick(["true", "false"]);
    case "list":
      return `[${random.some(4, () => randomValue(random, 2)).join(", ")}]`;
    case "map":
      return randomMap(random, 3);
    case "nothing":
      return "null";
    default:
      return randomValue(random, 3);
  }
}

function randomValue(random: Random, depth: number): string {
  switch (random.below(depth > 0 ? 8 : 5)) {
    case 0:
      return json(random.pick(texts));
    case 1:
      return json(random.once(2) ? composedText(random, "text") : random.pick(texts));
    case 2:
      return random.pick(numbers);
    case 3:
      return random.pick(["true", "false"]);
    case 4:
      return "null";
    case 5:
      return `[${random.some(3, () => randomValue(random, depth - 1)).join(", ")}]`;
    default:
      return randomMap(random, depth - 1);
  }
}

function randomMap(random: Random, depth: number): string {
  // A key given twice has its last value in all readers, but each key once is what charts have.
  const chosen = new Set(random.some(4, () => random.pick(keys)));
  return `{${[...chosen].map((key) => `${json(key)}: ${randomValue(random, depth)}`).join(", ")}}`;
}

/** A text as JSON that is YAML too: there a DEL must be escaped, and some white space breaks lines. */
function json(text: string): string {
  const hex = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(/[\u007f-\u0085\u2028\u2029]/g, hex);
}
