import { compareText } from "./go-order.ts";
import { isObject } from "./json.ts";

/**
 * Makes of JSON that `JSON.stringify` printed the one that Go's encoder prints: what could end a script in a page is
 * escaped, and a byte that is no UTF-8, which stands as a lone surrogate, is the replacement character. `escapeHtml`:
 * whether `<`, `>` and `&` are escaped too, as Go does unless told otherwise.
 */
export function escapedAsGo(json: string, escapeHtml = true): string {
  if (!/[<>&\u2028\u2029]|\\u/.test(json)) return json;
  return json.replace(/[<>&\u2028\u2029]|\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => {
    if (found.length > 2) return "\\ufffd";
    if (found.length === 2 || (!escapeHtml && found < "\x7f")) return found;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/**
 * Prints JSON as Go prints a map: keys in the order of their bytes. `indent`: spaces for each level; default none, and
 * all on one line.
 */
export function printGoJson(value: unknown, indent = 0): string {
  return escapedAsGo(printed(value, " ".repeat(indent), "\n"));
}

/** Without the help of an object's own order, in which a key that is a number always comes first. */
function printed(value: unknown, indent: string, lineBreak: string): string {
  const inner = lineBreak + indent;
  if (Array.isArray(value)) {
    return bracketed(
      "[",
      value.map((item) => printed(item, indent, inner)),
      "]",
      indent,
      lineBreak,
    );
  }
  if (!isObject(value)) return JSON.stringify(value);
  const colon = indent === "" ? ":" : ": ";
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, item]) => JSON.stringify(key) + colon + printed(item, indent, inner));
  return bracketed("{", entries, "}", indent, lineBreak);
}

/** Joins what is in a list or object, as Go does: each on a line of its own unless `indent` is empty. */
export function bracketed(
  open: string,
  items: readonly string[],
  close: string,
  indent: string,
  lineBreak: string,
): string {
  if (items.length === 0) return open + close;
  if (indent === "") return open + items.join(",") + close;
  const inner = lineBreak + indent;
  return `${open}${inner}${items.join(`,${inner}`)}${lineBreak}${close}`;
}
