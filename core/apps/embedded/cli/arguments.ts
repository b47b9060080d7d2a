import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Arguments, Command, Option } from "./command.ts";
import { UsageError } from "./errors.ts";

/** The options that every command has. */
export const commonOptions: Readonly<Record<string, Option>> = {
  output: {
    type: "string",
    short: "o",
    value: "text|json",
    default: "text",
    help: "How the result is printed",
  },
  help: { type: "boolean", short: "h", help: "Show this help" },
};

/**
 * Reads the words after a command's name. Throws UsageError for an unknown option, a missing value, a value
 * of `--output` other than text and json, and too few or too many words.
 */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const options = { ...commonOptions, ...command.options };
  const { values, positionals } = parse(options, spelledOut(options, words));
  const { min, max } = command.count ?? { min: 0, max: 0 };
  const output = values["output"];
  if (output !== "text" && output !== "json")
    throw new UsageError(`--output is text or json, not "${output}"`);
  if (values["help"] !== true && (positionals.length < min || positionals.length > max)) {
    throw new UsageError(
      positionals.length < min
        ? `${command.positionals} is missing`
        : `"${positionals[max]}" is one word too many${command.positionals ? `: it takes ${command.positionals}` : ""}`,
    );
  }
  return {
    positionals,
    text: (name) => asText(values[name]),
    texts: (name) => [values[name] ?? []].flat().map(String),
    flag: (name) => values[name] === true,
  };
}

function parse(options: Readonly<Record<string, Option>>, words: readonly string[]) {
  const known: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short, multiple, default: preset }] of Object.entries(options)) {
    known[name] = {
      type,
      ...(short === undefined ? {} : { short }),
      ...(multiple === undefined ? {} : { multiple }),
      ...(preset === undefined ? {} : { default: preset }),
    };
  }
  try {
    return parseArgs({ args: [...words], options: known, allowPositionals: true });
  } catch (cause) {
    // Node's words: a sentence, and sometimes advice after it or on further lines, of which the last says what to write.
    const lines = (cause as Error).message.split("\n");
    const [first = ""] = (lines[0] ?? "").split(/\.(?: |$)/);
    throw new UsageError(
      first.replace(/^./, (letter) => letter.toLowerCase()),
      { cause, hint: lines.length > 1 ? lines.at(-1) : undefined },
    );
  }
}

/** Gives the words as Node's parser takes them, of what other parsers take as well: `--switch=false`, an implied value. */
function spelledOut(options: Readonly<Record<string, Option>>, words: readonly string[]): string[] {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  let spelled: string[] = [];
  for (const word of words.slice(0, end)) {
    const [, name = "", value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option?.implied !== undefined && value === undefined) spelled.push(`${word}=${option.implied}`);
    else if (option?.type === "boolean" && value !== undefined) {
      // The last one counts: one that is off takes back those before.
      const { short } = option;
      if (isOn(name, value)) spelled.push(`--${name}`);
      else spelled = spelled.filter((one) => one !== `--${name}` && one !== `-${short}`);
    } else spelled.push(word);
  }
  return [...spelled, ...words.slice(end)];
}

/** The words that Go's programs take. */
function isOn(name: string, value: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw new UsageError(`--${name} is true or false, not "${value}"`);
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
