import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "@catalyst/base/clock";
import { describeError, isCatalystError } from "@catalyst/base/errors";
import { fileProblem, isSystemError } from "@catalyst/base/file-problem";
import { parseArguments } from "./arguments.ts";
import type { CommandEntry, ExitCode } from "./command.ts";
import { exitCodeOf, UsageError } from "./errors.ts";
import { findCommand, groupOf } from "./find.ts";
import { describeCommand, describeCommands } from "./help.ts";
import { createTerminal, type TerminalOptions } from "./terminal.ts";

export interface MainOptions {
  readonly table: readonly CommandEntry[];
  readonly words: readonly string[];
  readonly folder: string;
  /** The process's environment; default: empty. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly stdout: TerminalOptions["stdout"];
  readonly stderr: TerminalOptions["stderr"];
  readonly clock?: Clock;
}

/** Runs the command that `words` name and gives the exit code; never throws for what a person did wrong. */
export async function main(options: MainOptions): Promise<ExitCode> {
  const { words, stdout, stderr, clock = systemClock } = options;
  const json = asksForJson(words);
  const terminal = createTerminal({ json, stdout, stderr, clock });
  try {
    return await dispatch(options, terminal);
  } catch (error) {
    const exit = exitCodeOf(error);
    terminal.error(sentenceOf(error));
    if (json) terminal.result({ error: errorFields(error), exit }, "");
    return exit;
  }
}

async function dispatch(
  options: MainOptions,
  terminal: ReturnType<typeof createTerminal>,
): Promise<ExitCode> {
  const { table, words, folder, environment = {} } = options;
  const [first] = words;
  if (first === "--version" || first === "-v") {
    const version = ownVersion();
    terminal.result({ version }, version);
    return 0;
  }
  if (first === "--help" || first === "-h" || first === "help") return listCommands(table, terminal);
  if (first === undefined) throw new UsageError("say what to do", { hint: "See ./catalyst --help." });
  const group = groupOf(table, first);
  if (group.length > 0 && (words[1] === "--help" || words[1] === "-h")) return listCommands(group, terminal);
  const { entry, rest } = findCommand(table, words);
  const command = await entry.load();
  try {
    const parsed = parseArguments(command, rest);
    if (parsed.flag("help")) {
      terminal.result({ name: entry.name, summary: entry.summary }, describeCommand(entry, command));
      return 0;
    }
    return await command.run({
      arguments: parsed,
      terminal,
      folder,
      environment,
      get signal() {
        return options.signal;
      },
    });
  } catch (error) {
    throw error instanceof UsageError ? withWayToHelp(error, entry.name) : error;
  }
}

/** Gives a usage error that doesn't say what to do the place where it stands. */
function withWayToHelp(error: UsageError, command: string): UsageError {
  const { message, place, hint = `See ./catalyst ${command} --help.` } = error;
  return new UsageError(message, { cause: error, place, hint });
}

function listCommands(table: readonly CommandEntry[], terminal: ReturnType<typeof createTerminal>): ExitCode {
  const data = table.map(({ name, summary }) => ({ name, summary }));
  terminal.result({ commands: data }, describeCommands(table));
  return 0;
}

/** Tells it before the words are parsed, so that wrong usage is answered in JSON too. */
function asksForJson(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      word === "--output=json" || ((word === "--output" || word === "-o") && words[index + 1] === "json"),
  );
}

function sentenceOf(error: unknown): string {
  if (isCatalystError(error)) return describeError(error);
  return isSystemError(error) && error.path !== undefined
    ? `${error.path}: ${fileProblem(error)}`
    : stackOf(error);
}

function errorFields(error: unknown): unknown {
  if (!isCatalystError(error)) return { code: "internal", message: String(error) };
  const { code, message, hint, place } = error;
  return { code, message, hint, place };
}

/** An error nobody foresaw: whoever reports it needs where it came from. */
function stackOf(error: unknown): string {
  return `this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function ownVersion(): string {
  const file = new URL("../../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
