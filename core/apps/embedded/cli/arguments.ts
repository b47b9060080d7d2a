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
  const { values, positionals } = parse({ ...commonOptions, ...command.options }, words);
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

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
