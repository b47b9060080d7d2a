import { CatalystError } from "@catalyst/base/errors";
import { isObject, jsonEqual } from "@catalyst/base/json";
import { type Fields, fieldOf, withField, withoutField } from "../values/scalar.ts";

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** Takes a parsed value for operations. Throws `kustomize-patch-invalid`. */
export function readOperations(value: unknown): readonly PatchOperation[] {
  if (!Array.isArray(value)) throw new CatalystError("kustomize-patch-invalid", "operations are a list");
  return value.map((entry, index) => {
    if (isObject(entry)) return entry as unknown as PatchOperation;
    throw new CatalystError("kustomize-patch-invalid", `operation ${index} is not a mapping`);
  });
}

/** Applies a JSON patch (RFC 6902). Throws `kustomize-patch-failed` naming the operation. */
export function applyJsonPatch(object: Fields, operations: readonly PatchOperation[]): Fields {
  return operations.reduce<unknown>((current, operation) => applyOne(current, operation), object) as Fields;
}

function applyOne(object: unknown, operation: PatchOperation): unknown {
  const { op, path, value = null } = operation;
  switch (op) {
    case "add":
      return at(object, path, operation, (parent, key) => insert(parent, key, value, operation));
    case "remove":
      return at(object, path, operation, (parent, key) => remove(parent, key, operation));
    case "replace":
      return path === ""
        ? value
        : at(object, path, operation, (parent, key) => replace(parent, key, value, operation));
    case "test":
      if (jsonEqual(readOptional(object, path, operation) ?? null, value)) return object;
      throw failed(operation, "the value differs");
    case "move": {
      const moved = read(object, operation.from, operation);
      const without = at(object, operation.from, operation, (parent, key) => remove(parent, key, operation));
      return at(without, path, operation, (parent, key) => insert(parent, key, moved, operation));
    }
    case "copy": {
      const copied = readOptional(object, operation.from, operation) ?? null;
      return at(object, path, operation, (parent, key) => insert(parent, key, copied, operation));
    }
    default:
      throw failed(operation, "unknown operation");
  }
}

function segmentsOf(path: unknown, operation: PatchOperation): readonly string[] {
  if (typeof path !== "string") throw failed(operation, "a path is missing");
  return path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function readOptional(object: unknown, path: unknown, operation: PatchOperation): unknown {
  let value = object;
  for (const key of segmentsOf(path, operation)) {
    if (Array.isArray(value)) value = value[indexOf(key, value.length, operation)];
    else if (isObject(value)) value = fieldOf(value, key);
    else throw failed(operation, "the path doesn't exist");
  }
  return value;
}

function read(object: unknown, path: unknown, operation: PatchOperation): unknown {
  const value = readOptional(object, path, operation);
  if (value === undefined) throw failed(operation, "the path doesn't exist");
  return value;
}

function at(
  object: unknown,
  path: unknown,
  operation: PatchOperation,
  change: (parent: unknown, key: string) => unknown,
): unknown {
  const segments = segmentsOf(path, operation);
  const last = segments.at(-1);
  if (last === undefined) throw failed(operation, "the path is empty");
  const walk = (value: unknown, depth: number): unknown => {
    if (depth === segments.length - 1) return change(value, last);
    const key = segments[depth] as string;
    if (Array.isArray(value)) {
      const index = indexOf(key, value.length, operation);
      if (index >= value.length) throw failed(operation, "the path doesn't exist");
      return value.map((item, position) => (position === index ? walk(item, depth + 1) : item));
    }
    if (!isObject(value) || !Object.hasOwn(value, key)) throw failed(operation, "the path doesn't exist");
    return withField(value, key, walk(value[key], depth + 1));
  };
  return walk(object, 0);
}

/** The number of an item; a negative one counts from the end. */
function indexOf(key: string, length: number, operation: PatchOperation): number {
  const index = /^[-+]?\d+$/.test(key) ? Number(key) : Number.NaN;
  const position = index < 0 ? index + length : index;
  if (position >= 0) return position;
  throw failed(operation, `'${key}' is no item of the list`);
}

function insert(parent: unknown, key: string, value: unknown, operation: PatchOperation): unknown {
  if (Array.isArray(parent)) {
    // One more item has room: -1 is behind the last one.
    const index = key === "-" ? parent.length : indexOf(key, parent.length + 1, operation);
    if (index > parent.length) throw failed(operation, `'${key}' is no item of the list`);
    return [...parent.slice(0, index), value, ...parent.slice(index)];
  }
  if (isObject(parent)) return withField(parent, key, value);
  throw failed(operation, "the path doesn't exist");
}

function replace(parent: unknown, key: string, value: unknown, operation: PatchOperation): unknown {
  if (Array.isArray(parent)) {
    const index = indexOf(key, parent.length, operation);
    if (index >= parent.length) throw failed(operation, "the path doesn't exist");
    return parent.map((item, position) => (position === index ? value : item));
  }
  // A field that isn't there is set, as Kustomize's library has it.
  if (isObject(parent)) return withField(parent, key, value);
  throw failed(operation, "the path doesn't exist");
}

function remove(parent: unknown, key: string, operation: PatchOperation): unknown {
  if (Array.isArray(parent)) {
    const index = indexOf(key, parent.length, operation);
    if (index < parent.length) return parent.filter((_item, position) => position !== index);
  } else if (isObject(parent) && Object.hasOwn(parent, key)) return withoutField(parent, key);
  throw failed(operation, "the path doesn't exist");
}

function failed({ op, path }: PatchOperation, why: string): CatalystError {
  return new CatalystError("kustomize-patch-failed", `${op} operation at '${path}' failed: ${why}`);
}
