import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { resolveScalarOfGoYaml3, type ScalarStyle, type YamlScalar } from "@catalyst/base/yaml";

/**
 * A scalar whose value doesn't say how it is written: `0755`, `1.10`, a date, a text in quotes. Kustomize copies and
 * compares texts, and gives them a meaning only when it prints.
 */
export class Scalar {
  readonly text: string;
  readonly meaning: YamlScalar;
  /** What is printed for it. */
  readonly printed: YamlScalar;

  constructor(text: string, meaning: YamlScalar, printed: YamlScalar = meaning) {
    this.text = text;
    this.meaning = meaning;
    this.printed = printed;
  }
}

/** A value under construction: JSON, but for scalars whose text counts. Never changed in place. */
export type Fields = Readonly<Record<string, unknown>>;

const emptyNull = new Scalar("", null);
/** Go's writer puts quotes where nothing stands within `{…}` and reads an empty text back. */
const emptyNullInFlow = new Scalar("", null, "");

/** Makes a value of a scalar: its meaning where that has the same text, else a `Scalar`. */
export function readScalar(text: string, meaning: YamlScalar, style: ScalarStyle): unknown {
  if (style === "quoted") return quoted(text);
  if (meaning === null) return nullOf(text, style);
  if (typeof meaning === "string") return meaning === text ? meaning : new Scalar(text, meaning);
  return String(meaning) === text && typeof meaning !== "bigint" ? meaning : new Scalar(text, meaning);
}

function nullOf(text: string, style: ScalarStyle): unknown {
  if (text === "") return style === "plain" ? emptyNull : emptyNullInFlow;
  return text === "null" ? null : new Scalar(text, null);
}

/** Gives a text as it stands in quotes. One that would mean something else without them needs no mark. */
export function quoted(text: string): unknown {
  return isAmbiguous(text) ? text : new Scalar(text, text);
}

/** Gives a text that stands without quotes. One that would mean something else keeps that it is a text. */
export function plainText(text: string): unknown {
  return isAmbiguous(text) ? new Scalar(text, text) : text;
}

/** Tells whether a value is a text that stands in quotes: what replaces it then does too. */
export function isQuoted(value: unknown): boolean {
  return isText(value) && (typeof value === "string") === isAmbiguous(textOf(value));
}

/** Tells whether a value is a text. */
export function isText(value: unknown): boolean {
  return typeof value === "string" || (value instanceof Scalar && value.meaning === value.text);
}

/** Gives what a text is when it stands unquoted. */
export function plainScalar(text: string): unknown {
  return readScalar(text, resolveScalarOfGoYaml3(text), "plain");
}

/** Tells whether a text must be quoted to stay one. */
export function isAmbiguous(text: string): boolean {
  return plainScalar(text) !== text;
}

/** Tells whether a value is a mapping. */
export function isMapping(value: unknown): value is Fields {
  return isObject(value) && !(value instanceof Scalar);
}

/** Tells whether nothing is there, or null. */
export function isNull(value: unknown): boolean {
  return value === undefined || value === null || (value instanceof Scalar && value.meaning === null);
}

/** Tells whether a value is a scalar, null included. */
export function isScalar(value: unknown): boolean {
  return typeof value !== "object" || value === null || value instanceof Scalar;
}

/** Gives the text of a scalar as the file has it; a collection has none. */
export function textOf(value: unknown): string {
  if (value instanceof Scalar) return value.text;
  if (value === undefined || (typeof value === "object" && value !== null)) return "";
  return String(value);
}

/** Tells whether nothing, null, or an empty collection is there. */
export function isEmpty(value: unknown): boolean {
  if (isNull(value)) return true;
  return Array.isArray(value) ? value.length === 0 : isMapping(value) && Object.keys(value).length === 0;
}

/** A field that the value has itself, not by its prototype. */
export function fieldOf(value: unknown, name: string): unknown {
  return isMapping(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Gives the mapping with a field set; `__proto__` is a name like any other. */
export function withField(fields: Fields, name: string, value: unknown): Fields {
  if (fieldOf(fields, name) === value && value !== undefined) return fields;
  const next: Record<string, unknown> = { ...fields };
  setField(next, name, value);
  return next;
}

/** Gives the mapping without a field. */
export function withoutField(fields: Fields, name: string): Fields {
  if (!Object.hasOwn(fields, name)) return fields;
  const { [name]: _gone, ...rest } = fields;
  return rest;
}

/** Sets a field of a mapping that nobody else has yet. */
export function setField(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") fields[name] = value;
  else Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
}

const unquoted = Symbol("names without quotes");

/** A mapping, and which of its names Kustomize wrote into it without the quotes they need to be texts. */
type Marked = Fields & { readonly [unquoted]?: readonly string[] };

/** Tells whether a name that is written without quotes is read back as something else. */
export function isMisread(name: string): boolean {
  return (
    isAmbiguous(name) ||
    name === "<<" ||
    (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(name) && !Number.isNaN(Date.parse(name)))
  );
}

/** Gives a mapping with a field set whose name, where it's new, is written without quotes. */
export function withUnquotedField(fields: Fields, name: string, value: unknown): Fields {
  const next = withField(fields, name, value);
  if (Object.hasOwn(fields, name) || !isMisread(name)) return next;
  return { ...next, [unquoted]: [...((fields as Marked)[unquoted] ?? []), name] } as Fields;
}

/** Gives a mapping all of whose names are written without quotes. */
export function unquotedFields(fields: Fields): Fields {
  const misread = Object.keys(fields).filter(isMisread);
  return misread.length === 0 ? fields : ({ ...fields, [unquoted]: misread } as Fields);
}

/** Copies what is known of a mapping's names. */
export function keepUnquoted(from: Fields, to: Record<string, unknown>): void {
  const names = (from as Marked)[unquoted];
  if (names !== undefined) Object.assign(to, { [unquoted]: names });
}

/** Throws `kustomize-key-misread` for a name that isn't read back as the text it is: Kustomize doesn't print it. */
export function refuseMisread(name: string): void {
  if (!isMisread(name)) return;
  const message = `the key '${name}' is read back as something other than a text, for it is written without quotes`;
  throw new CatalystError("kustomize-key-misread", message, {
    hint: "Give it a name that can't be taken for a number, a truth value, null or a date.",
  });
}

/** Most values one object may consist of: replacements could make it grow without end. */
const sizeLimit = 2_000_000;

/** Which scalars a reader can take: `json` has no integers past what a double holds. */
export type ScalarForm = "json" | "yaml";

const known = { json: new WeakMap<object, unknown>(), yaml: new WeakMap<object, unknown>() };

/**
 * Gives a value as it is printed: every scalar by its meaning. What has none of another text is given back as it
 * is. Throws `kustomize-too-large`, and `kustomize-invalid` for a number that JSON can't say
 * and for a character that YAML can't.
 */
export function meaningOf(value: unknown, form: ScalarForm): unknown {
  if (typeof value !== "object" || value === null) return printable(value);
  const before = known[form].get(value);
  if (before !== undefined) return before;
  const result = new Meaning(form).of(value);
  known[form].set(value, result);
  return result;
}

class Meaning {
  readonly #form: ScalarForm;
  #size = 0;

  constructor(form: ScalarForm) {
    this.#form = form;
  }

  of(value: unknown): unknown {
    if (++this.#size > sizeLimit) {
      throw new CatalystError("kustomize-too-large", `an object consists of more than ${sizeLimit} values`);
    }
    if (value instanceof Scalar) {
      const { printed } = value;
      return printable(typeof printed === "bigint" && this.#form === "json" ? Number(printed) : printed);
    }
    if (Array.isArray(value)) return this.#list(value);
    return isMapping(value) ? this.#fields(value) : printable(value);
  }

  #list(items: readonly unknown[]): readonly unknown[] {
    const result = items.map((item) => this.of(item));
    return result.every((item, index) => item === items[index]) ? items : result;
  }

  #fields(fields: Fields): Fields {
    for (const name of (fields as Marked)[unquoted] ?? [])
      if (Object.hasOwn(fields, name)) refuseMisread(name);
    let result: Record<string, unknown> | undefined;
    for (const [name, item] of Object.entries(fields)) {
      refuseCharacters(name, unprintable);
      const value = this.of(item);
      if (value === item) continue;
      result ??= { ...fields };
      setField(result, name, value);
    }
    return result ?? fields;
  }
}

function printable(value: unknown): unknown {
  if (typeof value === "string") return unprintable.test(value) ? withFoldedBreaks(value) : value;
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new CatalystError("kustomize-invalid", `the number ${value} can't be written`);
}

/** NEL is a line break that YAML takes. */
const unprintable = /[\u007f-\u009f\ufffe\uffff]/;
const unreadable = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/**
 * Gives a text as Kustomize reads it back from the JSON it makes of every object, which it takes for YAML: there a line
 * break within quotes is folded. Throws `kustomize-invalid` for what YAML can't hold.
 */
function withFoldedBreaks(text: string): string {
  refuseCharacters(text, unreadable);
  return text.replace(
    / *\u0085[ \u0085]*/g,
    (breaks) => "\n".repeat(breaks.replaceAll(" ", "").length - 1) || " ",
  );
}

function refuseCharacters(text: string, characters: RegExp): void {
  const found = characters.exec(text)?.[0];
  if (found === undefined) return;
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  throw new CatalystError("kustomize-invalid", `a text has the character U+${code}, which YAML can't hold`);
}
