import { printGoJson } from "@catalyst/base/go-json-print";
import { isObject, jsonEqual } from "@catalyst/base/json";

/** One operation of a JSON patch (RFC 6902). */
export interface JsonChange {
  readonly op: "add" | "replace" | "remove";
  /** A JSON pointer (RFC 6901). */
  readonly path: string;
  readonly value?: unknown;
}

/**
 * Makes the JSON patch from one value to another: field by field, and item by item in lists. Where changes in a value
 * take more room than the whole of it, it is replaced whole. A value named in `shell` never is: it holds more than what
 * is compared. Source: jsondiff of wI2L, as Flux uses it ("rationalize").
 */
export function jsonChanges(
  before: unknown,
  after: unknown,
  shell: ReadonlySet<string> = new Set([""]),
): readonly JsonChange[] {
  return jsonEqual(before, after) ? [] : differenceAt("", before, after, shell).changes;
}

type Fields = Readonly<Record<string, unknown>>;
type Shell = ReadonlySet<string>;

/** What differs in a value, and how many bytes that takes: each is counted once, on the way up. */
interface Difference {
  readonly changes: readonly JsonChange[];
  /** Of the changes, without the commas between them. */
  readonly bytes: number;
  /** Of the whole value as it is after, printed. */
  readonly whole: number;
}

function differenceAt(path: string, before: unknown, after: unknown, shell: Shell): Difference {
  const parts =
    Array.isArray(before) && Array.isArray(after)
      ? differenceOfItems(path, before, after, shell)
      : isObject(before) && isObject(after)
        ? differenceOfFields(path, before, after, shell)
        : undefined;
  const whole = parts?.whole ?? printedBytes(after);
  if (parts === undefined && jsonEqual(before, after)) return { changes: [], bytes: 0, whole };
  const replaced = differenceOf([{ op: "replace", path, value: after }], whole);
  if (parts === undefined) return replaced;
  return !shell.has(path) && parts.bytes + parts.changes.length - 1 > replaced.bytes ? replaced : parts;
}

function differenceOfFields(path: string, before: Fields, after: Fields, shell: Shell): Difference {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const parts = keys.map((key): Difference => {
    const at = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (!Object.hasOwn(after, key)) return differenceOf([{ op: "remove", path: at }], 0);
    const part = Object.hasOwn(before, key)
      ? differenceAt(at, before[key], after[key], shell)
      : differenceOf([{ op: "add", path: at, value: after[key] }], printedBytes(after[key]));
    return { ...part, whole: keyBytes(key) + part.whole };
  });
  return joined(parts, Object.keys(after).length);
}

/** What is too much is taken from the end first, so that the items before keep their places. */
function differenceOfItems(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  shell: Shell,
): Difference {
  const common = Math.min(before.length, after.length);
  const removed = before
    .slice(common)
    .map(() => differenceOf([{ op: "remove", path: `${path}/${common}` }], 0));
  const changed = before
    .slice(0, common)
    .map((item, index) => differenceAt(`${path}/${index}`, item, after[index], shell));
  const added = after
    .slice(common)
    .map((value) => differenceOf([{ op: "add", path: `${path}/-`, value }], printedBytes(value)));
  return joined([...removed, ...changed, ...added], after.length);
}

/** `count`: the fields or items that a value has after. */
function joined(parts: readonly Difference[], count: number): Difference {
  let bytes = 0;
  let whole = 2 + Math.max(count - 1, 0);
  for (const part of parts) {
    bytes += part.bytes;
    whole += part.whole;
  }
  return { changes: parts.flatMap(({ changes }) => changes), bytes, whole };
}

const frame = '{"op":"","path":""}'.length;
const valueFrame = ',"value":'.length;

/** `whole`: the bytes of a value that is added or put in the place of another. */
function differenceOf(changes: readonly [JsonChange], whole: number): Difference {
  const [{ op, path }] = changes;
  // jsondiff leaves out the values that are added
  const value = op === "replace" ? whole : 0;
  const bytes = frame + op.length + Buffer.byteLength(path) + (op === "remove" ? 0 : valueFrame + value);
  return { changes, bytes, whole };
}

/** The bytes of a value as Go prints it. */
function printedBytes(value: unknown): number {
  if (Array.isArray(value)) {
    const items = value.reduce((sum: number, item) => sum + printedBytes(item), 0);
    return 2 + Math.max(value.length - 1, 0) + items;
  }
  if (!isObject(value)) return Buffer.byteLength(printGoJson(value));
  const entries = Object.entries(value);
  const fields = entries.reduce((sum, [key, item]) => sum + keyBytes(key) + printedBytes(item), 0);
  return 2 + Math.max(entries.length - 1, 0) + fields;
}

/** With its colon. */
function keyBytes(key: string): number {
  return Buffer.byteLength(printGoJson(key)) + 1;
}
