import { CatalystError, errorMessage, isCatalystError } from "@catalyst/base/errors";

/** Classes of SQLSTATE that are no fault of the statement. */
const classes: Readonly<Record<string, string>> = {
  "08": "tables-unavailable",
  "53": "tables-unavailable",
  "57": "tables-unavailable",
  "58": "tables-unavailable",
  XX: "tables-damaged",
};

const diskFull = "53100";
/** Two writes that wait for each other: one of them is given up and may be tried again. */
const deadlock = "40P01";

/** Gives an error of the driver the port's code. */
export function raised(cause: unknown): CatalystError {
  if (isCatalystError(cause)) return cause;
  return new CatalystError(codeOf(cause), `PostgreSQL: ${errorMessage(cause)}`, { cause });
}

function codeOf(cause: unknown): string {
  const state = (cause as { readonly code?: unknown }).code;
  if (typeof state !== "string" || !/^[0-9A-Z]{5}$/.test(state)) return "tables-unavailable";
  if (state === diskFull) return "tables-full";
  if (state === deadlock) return "tables-conflict";
  return classes[state.slice(0, 2)] ?? "tables-statement";
}
