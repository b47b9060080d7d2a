import { CatalystError, isCatalystError } from "@catalyst/base/errors";

/** Runs something on the store and gives its failures the port's codes. */
export async function onStore<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translated(error);
  }
}

function translated(cause: unknown): unknown {
  if (isCatalystError(cause, "store-full")) {
    return new CatalystError("events-full", cause.message, { cause, hint: cause.hint });
  }
  if (isCatalystError(cause, "store-damaged")) {
    return new CatalystError("events-damaged", cause.message, { cause, hint: cause.hint });
  }
  if (isCatalystError(cause, "store-failed") || isCatalystError(cause, "store-closed")) {
    return new CatalystError("events-unavailable", cause.message, { cause, hint: cause.hint });
  }
  return cause;
}

/** A record that was altered is never served. */
export function damaged(what: string): CatalystError {
  return new CatalystError("events-damaged", `${what} was altered on disk`, {
    hint: "Stop Catalyst and restore the data folder from a backup.",
  });
}

export function conflict(message: string, details: Readonly<Record<string, unknown>>): CatalystError {
  return new CatalystError("events-conflict", message, { details });
}
