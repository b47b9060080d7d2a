import type { KubeObject } from "@catalyst/ports/kubernetes";

/** One stored object at one revision. Never changed; a write makes another. */
export interface Entry {
  /** The row's number: the revision that created the object. */
  readonly id: number;
  /** `namespace/name`, or `name`. */
  readonly key: string;
  readonly object: KubeObject;
  readonly revision: number;
  /** The object as JSON, kept from the first time a socket asked for it. */
  bytes?: Buffer;
}

/** The key of an object within its collection. */
export function keyFor(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

/** The object as JSON. */
export function bytesOf(entry: Entry): Buffer {
  entry.bytes ??= Buffer.from(JSON.stringify(entry.object));
  return entry.bytes;
}

/** Freezes a JSON value through and through; what is frozen already was frozen by this. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) deepFreeze(item);
  return value;
}
