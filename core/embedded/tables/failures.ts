import { CatalystError, isCatalystError } from "@catalyst/base/errors";

/** The port's code for each of the store's. */
const codes: Readonly<Record<string, string>> = {
  "store-conflict": "tables-conflict",
  "store-statement": "tables-statement",
  "store-newer": "tables-newer",
  "store-full": "tables-full",
  "store-damaged": "tables-damaged",
  "store-failed": "tables-unavailable",
  "store-closed": "tables-unavailable",
};

/** Runs something on the store and gives its failures the port's codes. */
export async function onStore<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const code = isCatalystError(cause) ? codes[cause.code] : undefined;
    if (!isCatalystError(cause) || code === undefined) throw cause;
    throw new CatalystError(code, cause.message, { cause, hint: cause.hint, place: cause.place });
  }
}
