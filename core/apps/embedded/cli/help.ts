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
  const all = Object.entries({ ...command.options, ...commonOptions });
  const options = all
    .filter(([, { hasNoEffect }]) => hasNoEffect !== true)
    .map(([option, details]) => [optionWords(option, details), optionHelp(details)] as const);
  const width = Math.max(...options.map(([words]) => words.length));
  return [
    `${summary}.`,
    "",
    `Usage: ./catalyst ${name}${command.positionals === undefined ? "" : ` ${command.positionals}`} [options]`,
    "",
    ...options.map(([words, help]) => `  ${words.padEnd(width)}  ${help}`),
    "",
    ...withoutEffect(all.filter(([, { hasNoEffect }]) => hasNoEffect === true)),
    command.examples.length === 1 ? "Example:" : "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

/** Names the options that change nothing, by the reason. */
function withoutEffect(options: readonly (readonly [name: string, option: Option])[]): string[] {
  const byReason = Map.groupBy(options, ([, { help }]) => help);
  return [...byReason].flatMap(([reason, those]) => [
    `Without effect, for scripts that give it to helm: ${reason}.`,
    ...filled(those.map(([name, option]) => `--${name}${valueWords(option)}`)),
    "",
  ]);
}

/** Puts names into lines of at most 110 characters. */
function filled(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 2 <= 110)
      lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`  ${name}`);
  }
  return lines;
}

function optionWords(name: string, option: Option): string {
  const words = `--${name}${valueWords(option)}`;
  return option.short === undefined ? `    ${words}` : `-${option.short}, ${words}`;
}

function valueWords({ type, value = "VALUE", implied }: Option): string {
  if (type === "boolean") return "";
  return implied === undefined ? ` ${value}` : `[=${value}]`;
}

function optionHelp({ help, default: preset, multiple }: Option): string {
  const notes = [
    ...(preset === undefined ? [] : [`default ${preset}`]),
    ...(multiple === true ? ["may be repeated"] : []),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join("; ")})`;
}
