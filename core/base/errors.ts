/**
 * Where in a document something is wrong. `field` is a JSON-path-like address (`spec.config.domain`,
 * `spec.ports[0].name`); lines and columns count from 1.
 */
export interface Place {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly field?: string | undefined;
}

export interface CatalystErrorOptions {
  readonly cause?: unknown;
  /** Where it happened. */
  readonly place?: Place | undefined;
  /** What the reader can do about it: one sentence, imperative. */
  readonly hint?: string | undefined;
  /** Facts for machines; never a secret value. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The base of every error Catalyst raises on purpose.
 *
 * `code` is the stable identity (kebab-case, `area-problem`): tests, HTTP mapping and screens go by it,
 * never by the text. `message` says what happened; `place` where; `hint` what to do.
 */
export class CatalystError extends Error {
  readonly code: string;
  readonly place: Place | undefined;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, options: CatalystErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CatalystError";
    this.code = code;
    this.place = options.place;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** Tells whether `error` is a CatalystError, optionally one with the given code. */
export function isCatalystError(error: unknown, code?: string): error is CatalystError {
  return error instanceof CatalystError && (code === undefined || error.code === code);
}

/** Gives the text of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Prints an error for a person: `file:line: field: message. Hint.`, the hint on a line of its own below several. */
export function describeError(error: unknown): string {
  if (!(error instanceof CatalystError)) return errorMessage(error);
  const { file, line, field } = error.place ?? {};
  const place = line === undefined ? file : `${file}:${line}`;
  const isSaid = file !== undefined && error.message.includes(place as string);
  const where = file === undefined || isSaid ? "" : `${place}: `;
  const what =
    field === undefined || error.message.includes(field) ? error.message : `${field}: ${error.message}`;
  if (error.hint === undefined) return `${where}${what}`;
  const text = what.trimEnd();
  const separator = text.includes("\n") ? "\n" : text.endsWith(".") ? " " : ". ";
  return `${where}${text}${separator}${error.hint}`;
}

/** Proves at compile time that a switch over a closed union handled every case. */
export function unreachable(value: never): never {
  throw new CatalystError("internal-unreachable", `unhandled case: ${JSON.stringify(value)}`);
}
