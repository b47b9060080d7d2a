import { isObject, jsonEqual } from "@catalyst/base/json";
import { ownValue, setOwn } from "../schema/own-key.ts";
import { structuredCopy } from "../schema/typed-reader.ts";
import { withKeysInOrder } from "./key-order.ts";
import { PatchFault } from "./patch-fault.ts";

/** More operations than this are refused, as upstream does. */
const maxOperations = 10_000;

/** What `copy` operations together may add, in characters of JSON: a few copies of copies would fill any memory. */
const maxCopied = 3 * 1024 * 1024;

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
  const patcher = new Patcher(document);
  for (const operation of patch) patcher.apply(operation);
  return withKeysInOrder(patcher.document, patcher.reached);
}

type Path = readonly string[];

class Patcher {
  document: unknown;
  /** Where operations went to and came from. */
  readonly reached: Path[] = [];
  /** Objects and lists made here: those may be changed in place. */
  readonly #own = new WeakSet<object>();
  #copied = 0;

  constructor(document: unknown) {
    this.document = document;
  }

  apply(operation: unknown): void {
    if (!isObject(operation)) throw new PatchFault("malformed", "an operation is an object");
    const path = pointer(operation, "path");
    this.reached.push(path);
    if (operation["op"] === "move" || operation["op"] === "copy")
      this.reached.push(pointer(operation, "from"));
    switch (operation["op"]) {
      case "add":
        this.document = this.#add(this.document, path, 0, required(operation));
        return;
      case "remove":
        this.document = this.#change(this.document, path, 0, "remove", undefined);
        return;
      case "replace":
        this.document = this.#change(this.document, path, 0, "replace", required(operation));
        return;
      case "test":
        this.#test(path, operation["value"] ?? null);
        return;
      case "copy":
        this.document = this.#add(this.document, path, 0, this.#copy(pointer(operation, "from")));
        return;
      case "move":
        this.#move(pointer(operation, "from"), path);
        return;
      default:
        throw new PatchFault("malformed", `Unexpected kind: ${String(operation["op"])}`);
    }
  }

  #test(path: Path, value: unknown): void {
    if (jsonEqual(find(this.document, path) ?? null, value)) return;
    throw new PatchFault("not-applicable", `testing value ${print(path)} failed: test failed`);
  }

  #copy(from: Path): unknown {
    const value = find(this.document, from);
    // And copies a key that isn't there as null.
    if (value === undefined && isObject(find(this.document, from.slice(0, -1)))) return null;
    if (value === undefined) throw missing("copy", from);
    this.#copied += JSON.stringify(value).length;
    if (this.#copied > maxCopied) {
      throw new PatchFault(
        "too-large",
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${maxCopied}`,
      );
    }
    return structuredCopy(value);
  }

  #move(from: Path, path: Path): void {
    const value = find(this.document, from);
    if (value === undefined) throw missing("move", from);
    this.document = this.#change(this.document, from, 0, "move", undefined);
    this.document = this.#add(this.document, path, 0, value);
  }

  #add(node: unknown, path: Path, depth: number, value: unknown): unknown {
    const part = path[depth];
    if (part === undefined) return value;
    const last = depth === path.length - 1;
    if (Array.isArray(node)) {
      const list = this.#changeable(node);
      if (!last) {
        const index = indexIn(list, part, list.length - 1);
        list[index] = this.#add(list[index], path, depth + 1, value);
      } else if (part === "-") list.push(value);
      else list.splice(indexIn(list, part, list.length), 0, value);
      return list;
    }
    if (!isObject(node) || (!last && !Object.hasOwn(node, part))) throw missing("add", path);
    const object = this.#changeable(node);
    setOwn(object, part, last ? value : this.#add(ownValue(object, part), path, depth + 1, value));
    return object;
  }

  /** Replaces what is at a path, or removes it when `value` is undefined. */
  #change(node: unknown, path: Path, depth: number, op: string, value: unknown): unknown {
    const part = path[depth];
    if (part === undefined) return value;
    const last = depth === path.length - 1;
    if (Array.isArray(node)) {
      const list = this.#changeable(node);
      const index = indexIn(list, part, list.length - 1);
      if (last && value === undefined) list.splice(index, 1);
      else list[index] = this.#change(list[index], path, depth + 1, op, value);
      return list;
    }
    // Upstream's library replaces a key of an object that isn't there all the same.
    const there = isObject(node) && (Object.hasOwn(node, part) || (last && op === "replace"));
    if (!there) throw last && isObject(node) ? missingKey(op, path) : missing(op, path);
    const object = this.#changeable(node);
    if (last && value === undefined) delete object[part];
    else setOwn(object, part, this.#change(object[part], path, depth + 1, op, value));
    return object;
  }

  #changeable<T extends unknown[] | Record<string, unknown>>(node: T): T {
    if (this.#own.has(node)) return node;
    const copy = (Array.isArray(node) ? [...node] : { ...node }) as T;
    this.#own.add(copy);
    return copy;
  }
}

function required(operation: Record<string, unknown>): unknown {
  if (!Object.hasOwn(operation, "value")) throw new PatchFault("malformed", "an operation lacks its value");
  return operation["value"];
}

function pointer(operation: Record<string, unknown>, key: string): Path {
  const text = operation[key];
  if (typeof text !== "string" || (text !== "" && !text.startsWith("/"))) {
    throw new PatchFault("malformed", `an operation lacks its ${key}`);
  }
  return text
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function find(document: unknown, path: Path): unknown {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[indexIn(value, part, value.length - 1)];
    else if (isObject(value)) value = ownValue(value, part);
    else return undefined;
  }
  return value;
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

/** The object a path leads into isn't there. Upstream's library quotes some of its paths. */
function missing(op: string, path: Path): PatchFault {
  const shown = op === "add" || op === "remove" ? JSON.stringify(print(path)) : print(path);
  return new PatchFault(
    "not-applicable",
    `${op} operation does not apply: doc is missing path: ${shown}: missing value`,
  );
}

/** The object is there and has no such key. */
function missingKey(op: string, path: Path): PatchFault {
  const why =
    op === "remove"
      ? `error in remove for path: '${print(path)}': Unable to remove nonexistent key: ${path.at(-1)}`
      : `${op} operation does not apply: doc is missing key: ${print(path)}`;
  return new PatchFault("not-applicable", `${why}: missing value`);
}

function print(path: Path): string {
  return `/${path.join("/")}`;
}
