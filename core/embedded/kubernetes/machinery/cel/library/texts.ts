import { type Library, member, overload } from "../overload.ts";
import { dynType, intType, listType, stringType } from "../type.ts";
import { fault, ListValue } from "../value.ts";
import { boundText } from "./bounds.ts";
import { formatText } from "./text-format.ts";

/** cel-go's extended functions of texts, version 2. Positions are counted in code points. */
export const textLibrary: Library = {
  charAt: [member("string_char_at_int", [stringType, intType], stringType, charAt)],
  indexOf: [
    member("string_index_of_string", [stringType, stringType], intType, (text: string, part: string) =>
      indexOf(text, part, 0n),
    ),
    member("string_index_of_string_int", [stringType, stringType, intType], intType, indexOf),
  ],
  lastIndexOf: [
    member("string_last_index_of_string", [stringType, stringType], intType, (text: string, part: string) =>
      lastIndexOf(text, part, BigInt([...text].length)),
    ),
    member("string_last_index_of_string_int", [stringType, stringType, intType], intType, lastIndexOf),
  ],
  lowerAscii: [
    member("string_lower_ascii", [stringType], stringType, (text: string) =>
      text.replace(/[A-Z]+/g, (part) => part.toLowerCase()),
    ),
  ],
  replace: [
    member(
      "string_replace_string_string",
      [stringType, stringType, stringType],
      stringType,
      (text: string, from: string, to: string) => replace(text, from, to, -1n),
    ),
    member(
      "string_replace_string_string_int",
      [stringType, stringType, stringType, intType],
      stringType,
      replace,
    ),
  ],
  split: [
    member(
      "string_split_string",
      [stringType, stringType],
      listType(stringType),
      (text: string, separator: string) => split(text, separator, -1n),
    ),
    member("string_split_string_int", [stringType, stringType, intType], listType(stringType), split),
  ],
  substring: [
    member("string_substring_int", [stringType, intType], stringType, (text: string, start: bigint) =>
      substring(text, start, BigInt([...text].length)),
    ),
    member("string_substring_int_int", [stringType, intType, intType], stringType, substring),
  ],
  trim: [member("string_trim", [stringType], stringType, trimSpace)],
  upperAscii: [
    member("string_upper_ascii", [stringType], stringType, (text: string) =>
      text.replace(/[a-z]+/g, (part) => part.toUpperCase()),
    ),
  ],
  format: [
    member("string_format", [stringType, listType(dynType)], stringType, (text: string, args: ListValue) =>
      formatText(text, args.items),
    ),
  ],
  "strings.quote": [overload("strings_quote", [stringType], stringType, quote)],
  join: [
    member("list_join", [listType(stringType)], stringType, (list: ListValue) => join(list, "")),
    member("list_join_string", [listType(stringType), stringType], stringType, join),
  ],
};

/** Only these of Unicode's spaces go: Go's unicode.IsSpace. */
function trimSpace(text: string): string {
  const space = "[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
  return text.replace(new RegExp(`^${space}`), "").replace(new RegExp(`${space}$`), "");
}

function charAt(text: string, index: bigint): string {
  const letters = [...text];
  if (index < 0n || index > BigInt(letters.length)) return fault(`index out of range: ${index}`);
  return letters[Number(index)] ?? "";
}

function indexOf(text: string, part: string, from: bigint): bigint {
  const letters = [...text];
  if (from < 0n) return fault(`index out of range: ${from}`);
  if (part === "") return from;
  const skipped = letters.slice(0, Number(from)).join("").length;
  if (from > BigInt(letters.length)) return fault(`index out of range: ${from}`);
  const found = text.indexOf(part, skipped);
  return found === -1 ? -1n : BigInt([...text.slice(0, found)].length);
}

function lastIndexOf(text: string, part: string, from: bigint): bigint {
  const letters = [...text];
  if (from < 0n || from > BigInt(letters.length)) return fault(`index out of range: ${from}`);
  if (part === "") return from;
  const skipped = letters.slice(0, Number(from)).join("").length;
  const found = text.lastIndexOf(part, skipped);
  return found === -1 ? -1n : BigInt([...text.slice(0, found)].length);
}

function replace(text: string, from: string, to: string, limit: bigint): string {
  if (from === "") return replaceBetween(text, to, limit);
  const parts = text.split(from);
  const count = limit < 0n ? parts.length - 1 : Math.min(parts.length - 1, Number(limit));
  boundText(text.length + count * (to.length - from.length));
  const replaced = parts.slice(0, count + 1).join(to);
  return [replaced, ...parts.slice(count + 1)].join(from);
}

/** An empty part stands before every character and at the end, as in Go. */
function replaceBetween(text: string, to: string, limit: bigint): string {
  const letters = [...text];
  const count = limit < 0n ? letters.length + 1 : Math.min(letters.length + 1, Number(limit));
  boundText(text.length + count * to.length);
  const before = letters.map((letter, index) => (index < count ? to + letter : letter)).join("");
  return count > letters.length ? before + to : before;
}

function split(text: string, separator: string, limit: bigint): ListValue {
  if (limit === 0n) return ListValue.of([]);
  const parts = separator === "" ? [...text] : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return ListValue.of(parts);
  const kept = Number(limit) - 1;
  return ListValue.of([...parts.slice(0, kept), parts.slice(kept).join(separator)]);
}

function substring(text: string, start: bigint, end: bigint): string {
  const letters = [...text];
  if (start > end) return fault(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > BigInt(letters.length)) return fault(`index out of range: ${start}`);
  if (end < 0n || end > BigInt(letters.length)) return fault(`index out of range: ${end}`);
  return letters.slice(Number(start), Number(end)).join("");
}

function join(list: ListValue, separator: string): string {
  let length = 0;
  for (const item of list.items) {
    if (typeof item !== "string") return fault("no such overload");
    length += item.length + separator.length;
    boundText(length);
  }
  return list.items.join(separator);
}

const escapes: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/** Writes a text as a literal. */
function quote(text: string): string {
  return `"${[...text].map((letter) => escapes[letter] ?? letter).join("")}"`;
}
