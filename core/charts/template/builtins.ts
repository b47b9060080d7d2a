import { byteLength, encodeBytes, sliceBytes } from "./bytes.ts";
import { equalsAny, isLess } from "./compare.ts";
import { sprint, sprintln } from "./format.ts";
import { isPrintable } from "./quoting.ts";
import { sprintf } from "./sprintf.ts";
import type { FunctionTable } from "./template-set.ts";
import { isTrue, typeInError, typeName } from "./types.ts";
import {
  fixed,
  GoError,
  type GoFunction,
  GoObject,
  Integer,
  int,
  TypedList,
  TypedMap,
  type Value,
  variadic,
} from "./values.ts";

/** The functions text/template itself has. */
export const builtinFunctions: FunctionTable = new Map<string, GoFunction>([
  // Both stop at the first decisive argument, which callFunction sees to.
  ["and", variadic(["value"], "value", (args) => args.at(-1))],
  ["or", variadic(["value"], "value", (args) => args.at(-1))],
  ["not", fixed(["value"], ([value]) => !isTrue(value))],
  // It is called with its first argument's name before the arguments; no value of a chart is a function.
  ["call", variadic(["value"], "value", ([name, value]) => notCallable(String(name), value))],
  ["html", variadic([], "any", (args) => escapeHtml(joinText(args)))],
  ["js", variadic([], "any", (args) => escapeScript(joinText(args)))],
  ["urlquery", variadic([], "any", (args) => queryEscape(joinText(args)))],
  ["index", variadic(["value"], "value", ([item, ...indexes]) => indexed(item, indexes))],
  ["slice", variadic(["value"], "value", ([item, ...indexes]) => sliced(item, indexes))],
  ["len", fixed(["value"], ([value]) => int(lengthOf(value)))],
  ["print", variadic([], "any", (args) => sprint(args))],
  ["printf", variadic(["string"], "any", ([format, ...args]) => sprintf(format, args))],
  ["println", variadic([], "any", (args) => sprintln(args))],
  ["eq", variadic(["value"], "value", ([value, ...others]) => equalsAny(value, others))],
  ["ne", fixed(["value", "value"], ([a, b]) => !equalsAny(a, [b]))],
  ["lt", fixed(["value", "value"], ([a, b]) => isLess(a, b))],
  ["le", fixed(["value", "value"], ([a, b]) => isLess(a, b) || equalsAny(a, [b]))],
  ["gt", fixed(["value", "value"], ([a, b]) => !isLess(a, b) && !equalsAny(a, [b]))],
  ["ge", fixed(["value", "value"], ([a, b]) => !isLess(a, b))],
]);

function notCallable(name: string, value: Value): never {
  if (value === null || value === undefined) throw new GoError("call of nil");
  throw new GoError(`non-function ${name} of type ${typeName(value)}`);
}

/** Walks into maps and lists by keys and positions. */
function indexed(item: Value, indexes: readonly Value[]): Value {
  if (item === undefined || item === null) throw new GoError("index of untyped nil");
  let value: Value = item;
  for (const index of indexes) value = indexOne(value, index ?? undefined);
  return value;
}

function indexOne(item: Value, index: Value): Value {
  if (item === null || item === undefined) throw new GoError("index of nil pointer");
  if (item instanceof Map) return indexMap(item, index);
  if (typeof item === "string") {
    const bytes = encodeBytes(item);
    return new Integer(BigInt(bytes[position(index, bytes.length, "string")] ?? 0), "uint8");
  }
  if (item instanceof Uint8Array) {
    return new Integer(BigInt(item[position(index, item.length, "slice")] ?? 0), "uint8");
  }
  if (Array.isArray(item)) return item[position(index, item.length, "slice")] ?? null;
  // A pointer is followed before it is looked at.
  throw new GoError(`can't index item of type ${typeName(item).replace(/^\*/, "")}`);
}

function indexMap(map: Map<string, Value>, key: Value): Value {
  if (key === undefined) throw new GoError("value is nil; should be of type string");
  if (typeof key !== "string") throw new GoError(`value has type ${typeName(key)}; should be string`);
  const value = map.get(key);
  if (value !== undefined) return value;
  return map instanceof TypedMap ? map.zero : null;
}

/** Reads an index; of what is `within`, the length itself is past the end, and Go panics there with its own text. */
function position(index: Value, length: number, within?: "slice" | "string"): number {
  if (index === undefined || index === null) throw new GoError("cannot index slice/array with nil");
  if (!(index instanceof Integer)) throw new GoError(`cannot index slice/array with type ${typeName(index)}`);
  const at = Number(index.value);
  if (at < 0 || at > length) throw new GoError(`index out of range: ${index.value}`);
  if (within !== undefined && at === length) throw new GoError(`reflect: ${within} index out of range`);
  return at;
}

function sliced(item: Value, indexes: readonly Value[]): Value {
  if (item === undefined || item === null) throw new GoError("slice of untyped nil");
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  const isText = typeof item === "string";
  if (isText && indexes.length === 3) throw new GoError("cannot 3-index slice a string");
  if (!isText && !Array.isArray(item) && !(item instanceof Uint8Array)) {
    throw new GoError(`can't slice item of type ${typeName(item)}`);
  }
  const length = isText ? byteLength(item) : item.length;
  const [start = 0, end = length, capacity] = indexes.map((index) => position(index, length));
  if (start > end) throw new GoError(`invalid slice index: ${start} > ${end}`);
  if (capacity !== undefined && end > capacity)
    throw new GoError(`invalid slice index: ${end} > ${capacity}`);
  if (isText) return sliceBytes(item, start, end);
  return item instanceof TypedList ? retyped(item, start, end) : (item.slice(start, end) as Value);
}

function retyped(list: TypedList, start: number, end: number): TypedList {
  const part = new TypedList();
  part.push(...list.slice(start, end));
  part.goType = list.goType;
  return part;
}

function lengthOf(value: Value): number {
  if (typeof value === "string") return byteLength(value);
  if (value instanceof Map) return value.size;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value === null) throw new GoError("len of nil pointer");
  if (value === undefined) throw new GoError("reflect: call of reflect.Value.Type on zero Value");
  if (value instanceof GoObject && value.isPointer) throw new GoError(`len of type ${value.goType.slice(1)}`);
  throw new GoError(`len of type ${typeInError(value)}`);
}

/** The text of arguments as html, js and urlquery take them. */
function joinText(args: readonly Value[]): string {
  const [only] = args;
  if (args.length === 1 && typeof only === "string") return only;
  return sprint(args.map((arg) => (arg === null ? "<no value>" : arg)));
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "\0": "\ufffd",
  '"': "&#34;",
  "'": "&#39;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
};

/** Escapes for HTML as Go's template.HTMLEscapeString. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes[character] ?? character);
}

const scriptEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};

function escapeScript(text: string): string {
  let escaped = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const known = scriptEscapes[character];
    if (known !== undefined) escaped += known;
    else if (code < 0x20) escaped += `\\u00${code.toString(16).toUpperCase().padStart(2, "0")}`;
    // Bytes that are no UTF-8 stay as they are.
    else if (code < 0x80 || !character.isWellFormed() || isPrintable(character)) escaped += character;
    else escaped += `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
  }
  return escaped;
}

/** Escapes for a URL's query as Go's url.QueryEscape. */
export function queryEscape(text: string): string {
  let escaped = "";
  for (const byte of encodeBytes(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) escaped += character;
    else escaped += byte === 0x20 ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}
