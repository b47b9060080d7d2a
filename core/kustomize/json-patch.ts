import { CatalystError } from "@catalyst/base/errors";
import { isObject, jsonEqual } from "@catalyst/base/json";

/** One operation of RFC 6902. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** Applies a JSON patch (RFC 6902). Throws `kustomize-patch-failed` naming the operation. */
export function applyJsonPatch<T>(object: T, operations: readonly PatchOperation[]): T {
  return operations.reduce((current, operation) => applyOne(current, operation), object);
}

function applyOne<T>(object: T, operation: PatchOperation): T {
  const { op, path, value } = operation;
  switch (op) {
    case "add":
      return at(object, path, (parent, key) => insert(parent, key, value, operation));
    case "remove":
      return at(object, path, (parent, key) => remove(parent, key, operation));
    case "replace":
      return at(object, path, (parent, key) => insert(remove(parent, key, operation), key, value, operation));
    case "test":
      if (!jsonEqual(read(object, path), value)) throw failed(operation, "the value differs");
      return object;
    case "move": {
      const from = operation.from ?? "";
      const moved = read(object, from);
      const without = at(object, from, (parent, key) => remove(parent, key, operation));
      return at(without, path, (parent, key) => insert(parent, key, moved, operation));
    }
    case "copy":
      return at(object, path, (parent, key) =>
        insert(parent, key, read(object, operation.from ?? ""), operation),
      );
    default:
      throw failed(operation, "unknown operation");
  }
}

function segmentsOf(path: string): readonly string[] {
  return path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(object: unknown, path: string): unknown {
  return segmentsOf(path).reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) ? value[key] : undefined;
  }, object);
}

function at<T>(object: T, path: string, change: (parent: unknown, key: string) => unknown): T {
  const segments = segmentsOf(path);
  const last = segments.at(-1) ?? "";
  const walk = (value: unknown, depth: number): unknown => {
    if (depth === segments.length - 1) return change(value, last);
    const key = segments[depth] as string;
    if (Array.isArray(value))
      return value.map((item, index) => (String(index) === key ? walk(item, depth + 1) : item));
    if (isObject(value) && Object.hasOwn(value, key)) return { ...value, [key]: walk(value[key], depth + 1) };
    throw new CatalystError("kustomize-patch-failed", `the path '${path}' doesn't exist`);
  };
  return walk(object, 0) as T;
}

function insert(parent: unknown, key: string, value: unknown, operation: PatchOperation): unknown {
  if (Array.isArray(parent)) {
    const index = key === "-" ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      throw failed(operation, "no such index");
    return [...parent.slice(0, index), value, ...parent.slice(index)];
  }
  if (isObject(parent)) return { ...parent, [key]: value };
  throw failed(operation, "the path doesn't exist");
}

function remove(parent: unknown, key: string, operation: PatchOperation): unknown {
  if (Array.isArray(parent) && Number(key) < parent.length)
    return parent.filter((_item, index) => String(index) !== key);
  if (isObject(parent) && Object.hasOwn(parent, key)) {
    return Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key));
  }
  throw failed(operation, "the path doesn't exist");
}

function failed({ op, path }: PatchOperation, why: string): CatalystError {
  return new CatalystError("kustomize-patch-failed", `${op} operation at '${path}' failed: ${why}`);
}
