import { compareText } from "@catalyst/base/go-order";
import { elementSize, spendLetters } from "../template/budget.ts";
import {
  asBytes,
  byteLength,
  encodeBytes,
  fromBytes,
  hasWholeCharacters,
  sliceBytes,
} from "../template/bytes.ts";
import { textOf } from "../template/format.ts";
import { quote } from "../template/quoting.ts";
import { isSpace, trimSpace } from "../template/space.ts";
import { sprintf } from "../template/sprintf.ts";
import {
  fixed,
  GoError,
  type GoFunction,
  GoPanic,
  stringList,
  TypedList,
  TypedMap,
  type Value,
  variadic,
} from "../template/values.ts";
import { kebabCase, pascalCase, snakeCase, swapCase, titleCase } from "./cases.ts";
import { printed, toStrings } from "./convert.ts";
import type { Run } from "./environment.ts";
import { lowerLetter, mapLetters, upperLetter } from "./letters.ts";
import { wrapText } from "./wrap.ts";

export const stringFunctions: readonly (readonly [string, GoFunction])[] = [
  ["hello", fixed([], () => "Hello!")],
  ["abbrev", fixed(["int", "string"], ([width, text]) => abbreviate(0, width, text))],
  ["abbrevboth", fixed(["int", "int", "string"], ([left, right, text]) => abbreviateBoth(left, right, text))],
  ["trunc", fixed(["int", "string"], ([count, text]) => truncate(count, text))],
  ["trim", fixed(["string"], ([text]) => trimSpace(text))],
  ["upper", byLetter((text) => mapLetters(text, upperLetter))],
  ["lower", byLetter((text) => mapLetters(text, lowerLetter))],
  ["title", byLetter((text) => titleCase(text.toWellFormed()))],
  ["untitle", byLetter((text) => untitle(text))],
  ["substr", fixed(["exactInt", "exactInt", "string"], ([start, end, text]) => substring(start, end, text))],
  ["repeat", fixed(["int", "string"], ([count, text], run: Run) => repeat(count, text, run))],
  ["trimall", fixed(["string", "string"], ([set, text]) => trimSet(text, set))],
  ["trimAll", fixed(["string", "string"], ([set, text]) => trimSet(text, set))],
  ["trimSuffix", fixed(["string", "string"], ([suffix, text]) => trimSuffix(text, suffix))],
  ["trimPrefix", fixed(["string", "string"], ([prefix, text]) => trimPrefix(text, prefix))],
  ["nospace", byLetter((text) => withoutSpace(text))],
  ["initials", byLetter((text) => initials(text))],
  ["swapcase", byLetter((text) => swapCase(text.toWellFormed()))],
  ["snakecase", byLetter((text) => snakeCase(text))],
  ["camelcase", byLetter((text) => pascalCase(text.toWellFormed()))],
  ["kebabcase", byLetter((text) => kebabCase(text))],
  ["wrap", fixed(["int", "string"], ([width, text], run: Run) => wrap(width, text, run))],
  [
    "wrapWith",
    fixed(["int", "string", "string"], ([width, by, text], run: Run) => wrapWith(width, by, text, run)),
  ],
  ["contains", fixed(["string", "string"], ([part, text]) => contains(text, part))],
  [
    "hasPrefix",
    fixed(["string", "string"], ([part, text]) => trimPrefix(text, part) !== text || part === ""),
  ],
  [
    "hasSuffix",
    fixed(["string", "string"], ([part, text]) => trimSuffix(text, part) !== text || part === ""),
  ],
  ["quote", variadic([], "any", (values) => joinPresent(values, (value) => quote(textOf(value))))],
  ["squote", variadic([], "any", (values) => joinPresent(values, (value) => `'${printed(value)}'`))],
  ["cat", variadic([], "any", (values) => concatenate(values))],
  ["indent", fixed(["int", "string"], ([count, text], run: Run) => indent(count, text, run))],
  ["nindent", fixed(["int", "string"], ([count, text], run: Run) => `\n${indent(count, text, run)}`)],
  [
    "replace",
    fixed(["string", "string", "string"], ([from, to, text], run: Run) => replaceAll(text, from, to, run)),
  ],
  ["plural", fixed(["string", "string", "int"], ([one, many, count]) => (count === 1 ? one : many))],
  ["toString", fixed(["any"], ([value]) => textOf(value))],
  ["toStrings", fixed(["any"], ([value]) => asStringList(value))],
  ["split", fixed(["string", "string"], ([by, text], run: Run) => numbered(splitText(text, by, run)))],
  [
    "splitn",
    fixed(["string", "int", "string"], ([by, count, text], run: Run) =>
      numbered(splitCount(text, by, count, run)),
    ),
  ],
  ["splitList", fixed(["string", "string"], ([by, text], run: Run) => stringList(splitText(text, by, run)))],
  ["join", fixed(["string", "any"], ([by, list], run: Run) => join(by, toStrings(list), run))],
  ["sortAlpha", fixed(["any"], ([list]) => sortAlpha(list))],
];

/** Makes a function of one that goes through all of its text. */
function byLetter(change: (text: string) => string): GoFunction {
  return fixed(["string"], ([text]) => {
    spendLetters(text);
    return change(text);
  });
}

/** Cuts a text at every `by`, an empty one between characters, as Go's strings.Split. */
function splitText(text: string, by: string, run: Run): string[] {
  if (!hasWholeCharacters(by)) return splitText(asBytes(text), asBytes(by), run).map(fromBytes);
  run.budget.make(occurrences(text, by) * elementSize);
  return by === "" ? [...text] : text.split(by);
}

function splitCount(text: string, by: string, count: number, run: Run): string[] {
  if (count === 0) return [];
  const parts = splitText(text, by, run);
  if (count < 0 || parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)];
}

function numbered(parts: readonly string[]): TypedMap {
  return new TypedMap(
    "map[string]string",
    parts.map((part, index) => [`_${index}`, part] as const),
    "",
  );
}

function joinPresent(values: readonly Value[], print: (value: Value) => string): string {
  return values
    .filter((value) => value !== null && value !== undefined)
    .map(print)
    .join(" ");
}

/** sprig builds a format string of the values; percent signs in texts don't matter, since they are operands. */
function concatenate(values: readonly Value[]): string {
  const present = values.filter((value) => value !== null && value !== undefined);
  return sprintf(present.map(() => "%v").join(" "), present);
}

function untitle(text: string): string {
  let isFirst = true;
  return mapLetters(text, (letter) => {
    const changed = isFirst ? lowerLetter(letter) : letter;
    isFirst = isSpace(letter);
    return changed;
  });
}

/** goutils takes every byte for a character, and gives the text itself where none is white space. */
function withoutSpace(text: string): string {
  const bytes = Buffer.from(encodeBytes(text)).toString("latin1");
  const left = mapLetters(bytes, (letter) => (isSpace(letter) ? "" : letter));
  return left.length === bytes.length ? text : left;
}

/** Here too. */
function initials(text: string): string {
  let isFirst = true;
  return mapLetters(Buffer.from(encodeBytes(text)).toString("latin1"), (letter) => {
    const taken = isFirst && !isSpace(letter) ? letter : "";
    isFirst = isSpace(letter);
    return taken;
  });
}

function truncate(count: number, text: string): string {
  const length = byteLength(text);
  if (count < 0) return length + count > 0 ? sliceBytes(text, length + count, length) : text;
  return length > count ? sliceBytes(text, 0, count) : text;
}

function substring(start: bigint, end: bigint, text: string): string {
  const length = byteLength(text);
  const outside = (bounds: string) => new GoPanic(`runtime error: slice bounds out of range [${bounds}`);
  if (start < 0n) {
    if (end < 0n) throw outside(`:${end}]`);
    if (end > length) throw outside(`:${end}] with length ${length}`);
    return sliceBytes(text, 0, Number(end));
  }
  const to = end < 0n || end > length ? length : Number(end);
  if (start > to) throw outside(`${start}:${to}]`);
  return sliceBytes(text, Number(start), to);
}

function abbreviate(offset: number, width: number, text: string): string {
  const length = byteLength(text);
  if (width < 4 || length <= width) return text;
  const from = Math.min(offset, length);
  // What is left of a text from the smallest ints on is too much for an int, and becomes less than nothing.
  const isShort = length - from < width - 3 || length - from >= 2 ** 63;
  const start = isShort ? length - (width - 3) : from;
  if (start <= 4) return `${sliceBytes(text, 0, width - 3)}...`;
  if (width < 7) return "";
  if (start + width - 3 < length) return `...${abbreviate(0, width - 3, sliceBytes(text, start, length))}`;
  return `...${sliceBytes(text, length - (width - 3), length)}`;
}

function abbreviateBoth(left: number, right: number, text: string): string {
  if (right < 4 || (left > 0 && right < 7)) return text;
  return abbreviate(left, right, text);
}

function repeat(count: number, text: string, run: Run): string {
  if (count < 0) throw new GoError("strings: negative Repeat count");
  run.budget.make(count * text.length);
  return text.repeat(count);
}

function wrap(width: number, text: string, run: Run): string {
  run.budget.make((text.length / Math.max(width, 1)) * elementSize);
  return wrapText(text, width, "", false);
}

function wrapWith(width: number, by: string, text: string, run: Run): string {
  run.budget.make((text.length / Math.max(width, 1)) * (by.length + elementSize));
  return wrapText(text, width, by, true);
}

function join(by: string, items: readonly string[], run: Run): string {
  run.budget.make(items.reduce((length, item) => length + item.length + by.length, 0));
  return items.join(by);
}

/** How often a part occurs in a text; an empty one does around every character. */
function occurrences(text: string, part: string): number {
  if (part === "") return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function indent(count: number, text: string, run: Run): string {
  if (count < 0) throw new GoError("strings: negative Repeat count");
  run.budget.make(count * (occurrences(text, "\n") + 1) + text.length);
  const pad = " ".repeat(count);
  return pad + text.replaceAll("\n", `\n${pad}`);
}

function replaceAll(text: string, from: string, to: string, run: Run): string {
  if (!hasWholeCharacters(from)) {
    return fromBytes(replaceAll(asBytes(text), asBytes(from), asBytes(to), run));
  }
  run.budget.make(occurrences(text, from) * to.length);
  if (from !== "") return text.split(from).join(to);
  return to + [...text].map((character) => character + to).join("");
}

function trimSet(text: string, set: string): string {
  // One byte that isn't UTF-8 is as any other.
  const characters = new Set(set.toWellFormed());
  spendLetters(text);
  const letters = [...text];
  let start = 0;
  let end = letters.length;
  while (start < end && characters.has((letters[start] ?? "").toWellFormed())) start++;
  while (end > start && characters.has((letters[end - 1] ?? "").toWellFormed())) end--;
  return letters.slice(start, end).join("");
}

function contains(text: string, part: string): boolean {
  return hasWholeCharacters(part) ? text.includes(part) : asBytes(text).includes(asBytes(part));
}

function trimSuffix(text: string, suffix: string): string {
  if (!hasWholeCharacters(suffix)) return fromBytes(trimSuffix(asBytes(text), asBytes(suffix)));
  return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function trimPrefix(text: string, prefix: string): string {
  if (!hasWholeCharacters(prefix)) return fromBytes(trimPrefix(asBytes(text), asBytes(prefix)));
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** Makes a []string of anything; one that is one stays itself, so that what sorts it sorts it for all. */
function asStringList(value: Value): TypedList {
  return value instanceof TypedList && value.goType === "[]string" ? value : stringList(toStrings(value));
}

function sortAlpha(list: Value): Value {
  if (!Array.isArray(list) && !(list instanceof Uint8Array)) return stringList([textOf(list)]);
  return asStringList(list).sort((a, b) => compareText(a as string, b as string));
}
