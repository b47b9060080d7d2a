import type { Clock } from "@catalyst/base/clock";

/** Where a command's words go: results to stdout, everything else to stderr. */
export interface Terminal {
  /** True with `--output json`. */
  readonly json: boolean;
  /**
   * Writes a command's result: `data` as one JSON document with `--output json`, else `text`, whose last line is ended
   * unless it is to be `exact`.
   */
  result(data: unknown, text: string, options?: { readonly exact?: boolean }): void;
  /** Tells how far a command is; with the elapsed time where a person is watching. */
  progress(text: string): void;
  /** Writes an error for a person. */
  error(text: string): void;
}

interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly clock: Clock;
}

/** Makes a terminal over two streams; elapsed time counts from now. */
export function createTerminal({ json, stdout, stderr, clock }: TerminalOptions): Terminal {
  const started = clock.now();
  const elapsed = () => `${((clock.now() - started) / 1000).toFixed(1).padStart(5)} s  `;
  // What a chart or a server says may hold what acts on a terminal.
  const readable = (text: string) => (stderr.isTTY === true ? text.replace(controls, escaped) : text);
  return {
    json,
    result: (data, text, { exact = false } = {}) => {
      if (json) stdout.write(`${JSON.stringify(data, null, 2)}\n`);
      else stdout.write(exact ? text : ended(text));
    },
    progress: (text) => {
      stderr.write(`${stderr.isTTY === true ? elapsed() : ""}${ended(readable(text))}`);
    },
    error: (text) => {
      stderr.write(`catalyst: ${ended(readable(text))}`);
    },
  };
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

const controls = /(?![\n\t])\p{Cc}/gu;

function escaped(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
