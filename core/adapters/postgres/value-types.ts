import { CatalystError } from "@catalyst/base/errors";
import pg, { type CustomTypesConfig } from "pg";

/** Object ids of the types `bigint` and `numeric` (what a sum of bigints is). */
const int8 = 20;
const numeric = 1700;

/** How values come back: integers as numbers, whatever their width, as SQLite has them. */
export const valueTypes: CustomTypesConfig = {
  getTypeParser: (type: number, format?: "text" | "binary") =>
    type === int8 || type === numeric ? safeInteger : pg.types.getTypeParser(type, format),
} as CustomTypesConfig;

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new CatalystError("tables-statement", `${text} isn't an integer that can be told apart from others`);
}
