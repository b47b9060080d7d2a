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
  return changesAt("", before, after, shell);
}

type Shell = ReadonlySet<string>;

function changesAt(path: string, before: unknown, after: unknown, shell: Shell): readonly JsonChange[] {
  if (jsonEqual(before, after)) return [];
  const whole: JsonChange = { op: "replace", path, value: after };
  const parts =
    Array.isArray(before) && Array.isArray(after)
      ? changesOfItems(path, before, after, shell)
      : isObject(before) && isObject(after)
        ? changesOfFields(path, before, after, shell)
        : undefined;
  if (parts === undefined) return [whole];
  return !shell.has(path) && lengthOf(parts) > lengthOf([whole]) ? [whole] : parts;
}

function changesOfFields(
  path: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  shell: Shell,
): readonly JsonChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key): readonly JsonChange[] => {
    const at = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (!Object.hasOwn(before, key)) return [{ op: "add", path: at, value: after[key] }];
    if (!Object.hasOwn(after, key)) return [{ op: "remove", path: at }];
    return changesAt(at, before[key], after[key], shell);
  });
}

/** What is too much is taken from the end first, so that the items before keep their places. */
function changesOfItems(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  shell: Shell,
): readonly JsonChange[] {
  const common = Math.min(before.length, after.length);
  const removed = before.slice(common).map((): JsonChange => ({ op: "remove", path: `${path}/${common}` }));
  const changed = before
    .slice(0, common)
    .flatMap((item, index) => changesAt(`${path}/${index}`, item, after[index], shell));
  const added = after.slice(common).map((value): JsonChange => ({ op: "add", path: `${path}/-`, value }));
  return [...removed, ...changed, ...added];
}

const frame = '{"op":"","path":""}'.length;
const valueFrame = ',"value":'.length;

/** The bytes of a patch as jsondiff counts them: it leaves out the values that are added. */
function lengthOf(changes: readonly JsonChange[]): number {
  let length = changes.length - 1;
  for (const { op, path, value } of changes) {
    length += frame + op.length + Buffer.byteLength(path);
    if (op !== "remove") length += valueFrame;
    if (op === "replace") length += Buffer.byteLength(printGoJson(value));
  }
  return length;
}
