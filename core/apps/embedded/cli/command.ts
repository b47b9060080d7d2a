import type { Terminal } from "./terminal.ts";

/** What a command ends with: 0 done, 1 the checked thing is wrong, 2 wrong usage, 3 the environment lacks something. */
export type ExitCode = 0 | 1 | 2 | 3;

/** One option of a command, shown in its help in the order written. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean;
  /** The value of an option that is written alone, `--wait`; another one stands behind a `=` then. */
  readonly implied?: string;
  /** What the value is called in the help: `GLOB`. */
  readonly value?: string;
  readonly help: string;
  /** It is taken for scripts that give it to helm; `help` says why it changes nothing here. */
  readonly hasNoEffect?: true;
}

/** The words after a command, checked against its options. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Gives the value of an option, or undefined where it wasn't given and has no default. */
  text(name: string): string | undefined;
  /** Gives every value of an option that may be repeated. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}

/** What a running command may use of the world. */
export interface Call {
  readonly arguments: Arguments;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C or a termination signal, either of which ends a command that doesn't ask for it. */
  readonly signal: AbortSignal;
  /** The process's environment, of which a command reads what its help names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder the command was given in; relative paths start here. */
  readonly folder: string;
}

/** A command of the launcher. `run` throws UsageError and EnvironmentError for the exit codes 2 and 3. */
export interface Command {
  /** The words after the command's name: `RELEASE CHART`. */
  readonly positionals?: string;
  /** How many words it takes; none by default. */
  readonly count?: { readonly min: number; readonly max: number };
  readonly options: Readonly<Record<string, Option>>;
  /** At least one line that can be pasted. */
  readonly examples: readonly string[];
  run(call: Call): Promise<ExitCode>;
}

/** A line of the command table. The command itself is loaded only when it is run or asked for help. */
export interface CommandEntry {
  /** The words that name it: `chart template`. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}
