import { CatalystError, type CatalystErrorOptions } from "./errors.ts";

/**
 * An error as plain data, as it crosses from one thread to another: a structured clone of an Error keeps neither
 * its class nor its code.
 */
export interface PostedError extends Pick<CatalystErrorOptions, "place" | "hint" | "details"> {
  /** Absent: an error nobody foresaw. */
  readonly code?: string | undefined;
  readonly message: string;
  /** Where an unforeseen error came from. */
  readonly stack?: string | undefined;
  readonly cause?: PostedError | undefined;
}

/** Causes kept of one error. */
const depthLimit = 8;

/** Makes anything that was thrown plain data. */
export function postedError(error: unknown, depth = 0): PostedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause =
    error.cause === undefined || depth === depthLimit ? {} : { cause: postedError(error.cause, depth + 1) };
  const { message } = error;
  if (!(error instanceof CatalystError)) return { message, stack: error.stack, ...cause };
  const { code, place, hint, details } = error;
  return { code, message, place, hint, details, ...cause };
}

/** Makes an error of this thread from one that crossed over: a CatalystError again where it was one. */
export function raisedError({ code, message, stack, cause, ...options }: PostedError): Error {
  const reason = cause === undefined ? {} : { cause: raisedError(cause) };
  if (code !== undefined) return new CatalystError(code, message, { ...options, ...reason });
  const error = new Error(message, reason);
  if (stack !== undefined) error.stack = stack;
  return error;
}
