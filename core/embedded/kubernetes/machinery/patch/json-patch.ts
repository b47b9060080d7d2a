import { isObject, jsonEqual } from "@catalyst/base/json";
import { setOwn } from "../schema/own-key.ts";
import { PatchFault } from "./patch-fault.ts";

/** More operations than this are refused, as upstream does. */
const maxOperations = 10_000;

/**
 * Applies a JSON patch (RFC 6902) to a document that isn't changed; what isn't touched is shared. Throws
 * PatchFault when an operation is malformed or doesn't apply.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new PatchFault("malformed", "a JSON patch is a list of operations");
  if (patch.length > maxOperations) {
    throw new PatchFault(
      "too-large",
      `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`,
    );
  }
  return patch.reduce((current: unknown, operation: unknown) => applyOperation(current, operation), document);
}

function applyOperation(document: unknown, operation: unknown): unknown {
  if (!isObject(operation)) throw new PatchFault("malformed", "an operation is an object");
  const { op, value } = operation;
  const path = pointer(operation, "path");
  switch (op) {
    case "add":
      return add(document, path, required(operation, value));
    case "remove":
      return change(document, path, "remove", () => undefined);
    case "replace":
      return change(document, path, "replace", () => required(operation, value));
    case "test":
      return test(document, path, value ?? null);
    case "copy":
      return add(document, path, read(document, pointer(operation, "from"), "copy"));
    case "move": {
      const from = pointer(operation, "from");
      const moved = read(document, from, "move");
      return add(
        change(document, from, "move", () => undefined),
        path,
        moved,
      );
    }
    default:
      throw new PatchFault("malformed", `Unexpected kind: ${String(op)}`);
  }
}

function required(operation: Record<string, unknown>, value: unknown): unknown {
  if (!Object.hasOwn(operation, "value")) throw new PatchFault("malformed", "an operation lacks its value");
  return value;
}

function pointer(operation: Record<string, unknown>, key: string): readonly string[] {
  const text = operation[key];
  if (typeof text !== "string" || (text !== "" && !text.startsWith("/"))) {
    throw new PatchFault("malformed", `an operation lacks its ${key}`);
  }
  return text
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function test(document: unknown, path: readonly string[], value: unknown): unknown {
  const found = find(document, path) ?? null;
  if (jsonEqual(found, value)) return document;
  throw new PatchFault("not-applicable", `testing value ${print(path)} failed: test failed`);
}

function read(document: unknown, path: readonly string[], op: string): unknown {
  const value = find(document, path);
  if (value === undefined) throw missing(op, path);
  return value;
}

function find(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[indexIn(value, part, value.length - 1)];
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(document)) {
    if (rest.length > 0) {
      const index = indexIn(document, part, document.length - 1);
      return document.with(index, add(document[index], rest, value));
    }
    const index = part === "-" ? document.length : indexIn(document, part, document.length);
    return document.toSpliced(index, 0, value);
  }
  if (!isObject(document)) throw missing("add", path);
  if (rest.length > 0 && !Object.hasOwn(document, part)) throw missing("add", path);
  return withKey(document, part, rest.length === 0 ? value : add(document[part], rest, value));
}

/** Replaces what is at a path, or removes it when `make` gives undefined; it must be there. */
function change(document: unknown, path: readonly string[], op: string, make: () => unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return make();
  if (Array.isArray(document)) {
    const index = indexIn(document, part, document.length - 1);
    const value = rest.length === 0 ? make() : change(document[index], rest, op, make);
    return value === undefined ? document.toSpliced(index, 1) : document.with(index, value);
  }
  if (!isObject(document) || !Object.hasOwn(document, part)) throw missing(op, path);
  const value = rest.length === 0 ? make() : change(document[part], rest, op, make);
  if (value !== undefined) return withKey(document, part, value);
  const { [part]: _gone, ...left } = document;
  return left;
}

function withKey(object: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  const copy = { ...object };
  setOwn(copy, key, value);
  return copy;
}

function indexIn(list: readonly unknown[], part: string, last: number): number {
  const index = /^-?\d+$/.test(part) ? Number(part) : Number.NaN;
  const from = index < 0 ? index + list.length : index;
  if (Number.isNaN(from) || from < 0 || from > last) {
    throw new PatchFault(
      "not-applicable",
      `Unable to access invalid index: ${part}: invalid index referenced`,
    );
  }
  return from;
}

function missing(op: string, path: readonly string[]): PatchFault {
  return new PatchFault(
    "not-applicable",
    `${op} operation does not apply: doc is missing path: ${print(path)}: missing value`,
  );
}

function print(path: readonly string[]): string {
  return `/${path.join("/")}`;
}
