/**
 * Go's values as the templates see them. What JavaScript has natively stays native:
 *
 * - string, boolean; `number` is float64; `Uint8Array` is []byte
 * - `Map<string, Value>` is map[string]interface{} (a Map, so `__proto__` is a key like any other)
 * - an array is []interface{}; TypedList and TypedMap carry another element type
 * - `null` is a nil interface, `undefined` an absent value (Go's invalid reflect.Value): a field of the
 *   first is an error, of the second is absent again
 */
export type Value =
  | undefined
  | null
  | string
  | boolean
  | number
  | Integer
  | Uint8Array
  | Value[]
  | Map<string, Value>
  | GoObject;

export type IntegerType =
  | "int"
  | "int64"
  | "uint8"
  | "uint32"
  | "uint64"
  | "int32"
  | "time.Duration"
  | "time.Month"
  | "time.Weekday";

/** A Go integer; its type stays with it, since functions take `int` and refuse `int64`. */
export class Integer {
  readonly value: bigint;
  readonly type: IntegerType;

  constructor(value: bigint, type: IntegerType = "int") {
    this.value = value;
    this.type = type;
  }

  get isUnsigned(): boolean {
    return this.type.startsWith("u");
  }
}

/** Makes a Go int. */
export function int(value: number | bigint): Integer {
  return new Integer(BigInt.asIntN(64, BigInt(value)), "int");
}

/** Makes a Go int64, wrapping around as Go does. */
export function int64(value: number | bigint): Integer {
  return new Integer(BigInt.asIntN(64, BigInt(value)), "int64");
}

/** A slice whose element type isn't interface{}. */
export class TypedList extends Array<Value> {
  goType = "[]string";
  /** A nil slice prints as an empty one but is `null` in JSON. */
  isNil = false;

  method(_name: string): GoFunction | undefined {
    return undefined;
  }

  /** A list of the same type, methods and all, with these items. */
  withItems(items: Iterable<Value>): TypedList {
    const list = new (this.constructor as new () => TypedList)();
    for (const item of items) list.push(item);
    list.goType = this.goType;
    list.isNil = this.isNil;
    return list;
  }

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Makes a []string. */
export function stringList(items: Iterable<string>): TypedList {
  return typedList("[]string", items);
}

/** Makes a slice of the given Go type. */
export function typedList(goType: string, items: Iterable<Value>): TypedList {
  const list = new TypedList();
  for (const item of items) list.push(item);
  list.goType = goType;
  return list;
}

/** A map with another Go type than map[string]interface{}: a named one, or one with typed elements. */
export class TypedMap extends Map<string, Value> {
  readonly goType: string;
  /** What a missing key gives. */
  readonly zero: Value;
  /** A nil map prints as an empty one but is `null` in JSON. */
  isNil = false;

  constructor(goType: string, entries: Iterable<readonly [string, Value]>, zero: Value = null) {
    super(entries);
    this.goType = goType;
    this.zero = zero;
  }

  /** Whether the underlying type is map[string]interface{}, so that functions taking that accept it. */
  get isGeneric(): boolean {
    return this.zero === null;
  }

  method(_name: string): GoFunction | undefined {
    return undefined;
  }

  /** A map of the same type, methods and all, with these entries. */
  withEntries(entries: Iterable<readonly [string, Value]>): TypedMap {
    return new TypedMap(this.goType, entries, this.zero);
  }
}

/**
 * A map[string]interface{} under the name of another type. The entries are those of `target`, whoever else holds it:
 * what takes a plain map is given that, and so loses the name, as in Go.
 */
export class NamedMap extends Map<string, Value> {
  readonly goType: string;
  readonly target: Map<string, Value>;

  constructor(goType: string, target: Map<string, Value>) {
    super();
    this.goType = goType;
    this.target = target;
  }

  override get size(): number {
    return this.target.size;
  }
  override get(key: string): Value {
    return this.target.get(key);
  }
  override has(key: string): boolean {
    return this.target.has(key);
  }
  override set(key: string, value: Value): this {
    this.target.set(key, value);
    return this;
  }
  override delete(key: string): boolean {
    return this.target.delete(key);
  }
  override clear(): void {
    this.target.clear();
  }
  override keys(): MapIterator<string> {
    return this.target.keys();
  }
  override values(): MapIterator<Value> {
    return this.target.values();
  }
  override entries(): MapIterator<[string, Value]> {
    return this.target.entries();
  }
  override [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.target.entries();
  }
  override forEach(visit: (value: Value, key: string, map: Map<string, Value>) => void): void {
    this.target.forEach(visit);
  }
}

/** A struct or pointer to one: what has fields and methods. */
export abstract class GoObject {
  abstract readonly goType: string;
  /** Whether it is a pointer to a struct. */
  readonly isPointer: boolean = false;
  /** Whether it is a pointer to nothing. */
  readonly isNilPointer: boolean = false;
  /** A field's value; undefined when there is no such field. */
  field(_name: string): Value {
    return undefined;
  }
  method(_name: string): GoFunction | undefined {
    return undefined;
  }
  /** The fields in order. */
  fields(): readonly (readonly [string, Value])[] {
    return [];
  }
  /** The fields where it is printed, of which some may not be exported. */
  printedFields(): readonly (readonly [string, Value])[] {
    return this.fields();
  }
  /** What its String method gives, where it has one. */
  print(): string | undefined {
    return undefined;
  }
  /** What its GoString method gives, where it has one. */
  goSyntax(): string | undefined {
    return undefined;
  }
  /** What its String method gives where only a pointer to it has one, which an action of a template takes. */
  printAddressed(): string | undefined {
    return undefined;
  }
  /** The value where an interface holds it: what needs a pointer to it is out of reach there. */
  detached(): GoObject {
    return this;
  }
  /** Whether it points to the same as another of its type: to one and the same thing or, `isDeep`, to what looks it. */
  pointsAlike(_other: GoObject, _isDeep: boolean): boolean {
    return true;
  }
  /** A copy, which lacks what isn't exported. */
  copy(): GoObject {
    return this;
  }
  /** What encoding/json makes of it. */
  toJson(): Value {
    return new Map(this.fields());
  }
}

/** The types a function's parameter may have; `value` is reflect.Value, which keeps absent apart from nil. */
export interface ParameterTypes {
  readonly any: Value;
  readonly value: Value;
  readonly string: string;
  /** An int past 2⁵³ is rounded: most functions count with it. */
  readonly int: number;
  /** An int to its last digit. */
  readonly exactInt: bigint;
  readonly int64: bigint;
  readonly uint32: number;
  readonly float64: number;
  readonly bool: boolean;
  readonly map: Map<string, Value>;
  readonly list: Value[];
  readonly time: GoObject;
  readonly timeDuration: Integer;
  readonly certificate: GoObject;
  readonly version: GoObject;
}

export type ParameterType = keyof ParameterTypes;

/** A function that templates can call. Its arguments have been checked and converted to `parameters`. */
export interface GoFunction {
  readonly parameters: readonly ParameterType[];
  readonly variadic: ParameterType | undefined;
  readonly call: (args: never, environment: never) => Value;
}

type Arguments<P extends readonly ParameterType[]> = { [K in keyof P]: ParameterTypes[P[K]] };

/** Declares a function with fixed parameters. `E` is the environment it is called in. */
export function fixed<const P extends readonly ParameterType[], E>(
  parameters: P,
  call: (args: Arguments<P>, environment: E) => Value,
): GoFunction {
  return { parameters, variadic: undefined, call: call as GoFunction["call"] };
}

/** Declares a function whose last parameter repeats. */
export function variadic<const P extends readonly ParameterType[], V extends ParameterType, E>(
  parameters: P,
  rest: V,
  call: (args: [...Arguments<P>, ...ParameterTypes[V][]], environment: E) => Value,
): GoFunction {
  return { parameters, variadic: rest, call: call as GoFunction["call"] };
}

/** An error a function returned; its message is what Go's error says. */
export class GoError extends Error {
  override readonly name = "GoError";
}

/** A panic of a function: where Go's functions give an error's text in place of a result, this ends the rendering. */
export class GoPanic extends GoError {}
