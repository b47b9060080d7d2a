/** Takes bytes; resolves when there is room for more. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** A terminal's size in characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** Where a process's input comes from and where its output goes, while somebody is there. */
export interface ProcessStreams {
  /** Its end is the input's end. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly stdout?: ByteSink | undefined;
  /** Absent with a terminal: what is written there comes by `stdout`. */
  readonly stderr?: ByteSink | undefined;
  /** The sizes of the caller's terminal, as they change. */
  readonly sizes?: AsyncIterable<TerminalSize> | undefined;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Which streams a caller wants of a process, before they are there. */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** The process has a terminal. */
  readonly tty: boolean;
}
