import { commonOptions } from "./arguments.ts";
import type { Command, CommandEntry, Option } from "./command.ts";

/** Prints what the launcher can do: one line per command. */
export function describeCommands(table: readonly CommandEntry[]): string {
  const width = Math.max(...table.map(({ name }) => name.length));
  return [
    "Catalyst: a self-contained platform in one process.",
    "",
    "Usage: ./catalyst COMMAND [options]",
    "",
    ...table.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "./catalyst COMMAND --help explains one of them; ./catalyst --version prints the version.",
    "",
  ].join("\n");
}

/** Prints one command's use, options and examples. */
export function describeCommand({ name, summary }: CommandEntry, command: Command): string {
  const options = Object.entries({ ...command.options, ...commonOptions }).map(
    ([option, details]) => [optionWords(option, details), optionHelp(details)] as const,
  );
  const width = Math.max(...options.map(([words]) => words.length));
  return [
    `${summary}.`,
    "",
    `Usage: ./catalyst ${name}${command.positionals === undefined ? "" : ` ${command.positionals}`} [options]`,
    "",
    ...options.map(([words, help]) => `  ${words.padEnd(width)}  ${help}`),
    "",
    command.examples.length === 1 ? "Example:" : "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function optionWords(name: string, { short, value, type }: Option): string {
  const words = `--${name}${type === "string" ? ` ${value ?? "VALUE"}` : ""}`;
  return short === undefined ? `    ${words}` : `-${short}, ${words}`;
}

function optionHelp({ help, default: preset, multiple }: Option): string {
  const notes = [
    ...(preset === undefined ? [] : [`default ${preset}`]),
    ...(multiple === true ? ["may be repeated"] : []),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join("; ")})`;
}
