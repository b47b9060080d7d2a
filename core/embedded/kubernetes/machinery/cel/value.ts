import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  nullType,
  optionalType,
  stringType,
  timestampType,
  typeType,
  uintType,
} from "./type.ts";

/**
 * A value while an expression is evaluated: int is a bigint, double a number, bytes an Uint8Array; the rest of
 * CEL's types have a class each.
 */
export type Value =
  | boolean
  | bigint
  | number
  | string
  | null
  | Uint8Array
  | UintValue
  | TimestampValue
  | DurationValue
  | ListValue
  | MapValue
  | OptionalValue
  | TypeValue
  | OpaqueValue;

/** Why an evaluation has no value; operators hand it on like one, and `&&` and `||` may absorb it. */
export class EvaluationFault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Ends a function's call with a fault; the call's node catches it. */
export class FaultThrown extends Error {}

/** Refuses arguments a function can't work with; for the implementations of functions. */
export function fault(message: string): never {
  throw new FaultThrown(message);
}

export const noSuchOverload = "no such overload";

/** An unsigned integer of 64 bits. */
export class UintValue {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment, in nanoseconds since 1970. */
export class TimestampValue {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A span of time, in nanoseconds. */
export class DurationValue {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** What two lists are equal by, and joined by: a CRD's list types `set` and `map` have their own. */
export interface ListIdentity {
  readonly of: "set" | "map";
  readonly key: (item: Value) => string;
}

/** A list; its items are made at the first look. */
export class ListValue {
  readonly size: number;
  readonly identity: ListIdentity | undefined;
  readonly #make: () => Value[];
  #items: Value[] | undefined;

  constructor(size: number, make: () => Value[], identity?: ListIdentity) {
    this.size = size;
    this.#make = make;
    this.identity = identity;
  }

  static of(items: Value[]): ListValue {
    return new ListValue(items.length, () => items);
  }

  get items(): readonly Value[] {
    this.#items ??= this.#make();
    return this.#items;
  }
}

/** A list an accumulator grows in place: nothing but the loop that makes it can see it. */
export class GrowingList {
  readonly items: Value[] = [];
}

/** A map or an object. Keys are values; int, uint and whole doubles find each other. */
export abstract class MapValue {
  abstract get size(): number;
  abstract get(key: Value): Value | undefined;
  abstract keys(): readonly Value[];
}

/** A map whose values are found when they are asked for, which may fail. */
export abstract class OnDemandMap extends MapValue {
  abstract demand(key: string): Value | EvaluationFault | undefined;

  get(key: Value): Value | undefined {
    const value = typeof key === "string" ? this.demand(key) : undefined;
    return value instanceof EvaluationFault ? undefined : value;
  }
}

/** A map an expression made. */
export class EntriesValue extends MapValue {
  readonly #entries: Map<unknown, readonly [Value, Value]>;

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    this.#entries = new Map();
    for (const [key, value] of entries) this.insert(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(mapKey(key))?.[1];
  }

  keys(): readonly Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  /** Adds an entry; for the one who makes the map. */
  insert(key: Value, value: Value): void {
    this.#entries.set(mapKey(key), [key, value]);
  }

  /** Takes an entry away; for the one who makes the map. */
  remove(key: Value): void {
    this.#entries.delete(mapKey(key));
  }
}

/** An object an expression made of a named type. */
export class StructValue extends EntriesValue {
  readonly type: CelType;

  constructor(type: CelType) {
    super();
    this.type = type;
  }
}

function mapKey(key: Value): unknown {
  if (key instanceof UintValue) return key.value;
  if (typeof key === "number" && Number.isInteger(key)) return BigInt(key);
  return key;
}

/** A value that may be absent. */
export class OptionalValue {
  static readonly none = new OptionalValue(undefined);
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

/** A type as a value: what `type(x)` gives. */
export class TypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A value of one of Kubernetes' own types. */
export abstract class OpaqueValue {
  abstract readonly type: CelType;
  abstract equals(other: OpaqueValue): boolean;

  /** What `size()` would give; 1 for what has none. It is what costs are counted by. */
  get size(): number {
    return 1;
  }
}

const mapOfDyn = mapType(dynType, dynType);
const listOfDyn = listType(dynType);
const optionalOfDyn = optionalType(dynType);

/** The type a value has, as far as it shows. */
export function typeOf(value: Value): CelType {
  switch (typeof value) {
    case "boolean":
      return boolType;
    case "bigint":
      return intType;
    case "number":
      return doubleType;
    case "string":
      return stringType;
  }
  if (value === null) return nullType;
  if (value instanceof StructValue) return value.type;
  if (value instanceof MapValue) return mapOfDyn;
  if (value instanceof ListValue) return listOfDyn;
  if (value instanceof OpaqueValue) return value.type;
  if (value instanceof Uint8Array) return bytesType;
  if (value instanceof UintValue) return uintType;
  if (value instanceof TimestampValue) return timestampType;
  if (value instanceof DurationValue) return durationType;
  return value instanceof OptionalValue ? optionalOfDyn : typeType;
}

/** Tells whether a value may be passed where a type is wanted. */
export function isOfType(value: Value, type: CelType): boolean {
  if (type.kind === "dyn" || type.kind === "param") return true;
  if (type.kind === "struct" && value instanceof MapValue) return true;
  const found = typeOf(value);
  if (type.kind === "list") {
    // An overload is told from another by what its list holds: an empty one fits all.
    const first = value instanceof ListValue ? value.items[0] : undefined;
    return value instanceof ListValue && (first === undefined || isOfType(first, type.params[0]!));
  }
  return found.kind === type.kind && (found.kind !== "opaque" || found.name === type.name);
}

/** What `size()` gives, for what has one; 1 for everything else. It is what costs are counted by. */
export function sizeOf(value: Value): number {
  if (typeof value === "string") return characters(value);
  if (value instanceof ListValue || value instanceof MapValue || value instanceof OpaqueValue)
    return value.size;
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof OptionalValue && value.value !== undefined) return sizeOf(value.value);
  return 1;
}

/** How many code points a text has. */
export function characters(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length) index++;
    count++;
  }
  return count;
}
