/** Static types of CEL, named and printed as cel-go does. */
export interface CelType {
  readonly kind:
    | "bool"
    | "int"
    | "uint"
    | "double"
    | "string"
    | "bytes"
    | "null"
    | "timestamp"
    | "duration"
    | "dyn"
    | "error"
    | "type"
    | "list"
    | "map"
    | "opaque"
    | "struct"
    | "param";
  readonly name: string;
  /** Item of a list; key and value of a map; what an optional holds. */
  readonly params: readonly CelType[];
  /** `struct` only: the fields by the names expressions use (escaped). */
  readonly fields?: ReadonlyMap<string, Declaration>;
}

/**
 * A type with what is known of its values' sizes, as Kubernetes' DeclType: costs are estimated by it.
 * Sizes are characters, items or entries.
 */
export interface Declaration {
  readonly type: CelType;
  readonly maxElements: number;
  /** The fewest bytes a value takes in JSON. */
  readonly minSerializedSize: number;
  readonly key?: Declaration;
  readonly element?: Declaration;
  readonly fields?: ReadonlyMap<string, Declaration>;
}

function plain(kind: CelType["kind"], name: string = kind): CelType {
  return { kind, name, params: [] };
}

export const boolType = plain("bool");
export const intType = plain("int");
export const uintType = plain("uint");
export const doubleType = plain("double");
export const stringType = plain("string");
export const bytesType = plain("bytes");
export const nullType = plain("null", "null_type");
export const timestampType = plain("timestamp", "google.protobuf.Timestamp");
export const durationType = plain("duration", "google.protobuf.Duration");
export const dynType = plain("dyn");
export const errorType = plain("error", "*error*");
export const typeType = plain("type");

/** The type of lists of `item`. */
export function listType(item: CelType): CelType {
  return { kind: "list", name: "list", params: [item] };
}

/** The type of maps from `key` to `value`. */
export function mapType(key: CelType, value: CelType): CelType {
  return { kind: "map", name: "map", params: [key, value] };
}

/** The type of a type's name used as a value: `type(int)`. */
export function typeOfType(type: CelType): CelType {
  return { kind: "type", name: "type", params: [type] };
}

/** A type with nothing but a name, such as `kubernetes.URL`. */
export function opaqueType(name: string, ...params: readonly CelType[]): CelType {
  return { kind: "opaque", name, params };
}

/** A type of objects with nothing but functions on it: Kubernetes declares some of its own so. */
export function objectType(
  name: string,
  fields: ReadonlyMap<string, Declaration> = new Map<string, Declaration>(),
): CelType {
  return { kind: "struct", name, params: [], fields };
}

/** The type of a value that may be absent. */
export function optionalType(value: CelType): CelType {
  return opaqueType("optional_type", value);
}

/** A type parameter of a function, or a type not inferred yet. */
export function paramType(name: string): CelType {
  return { kind: "param", name, params: [] };
}

/** What an optional holds; undefined for other types. */
export function unwrapOptional(type: CelType): CelType | undefined {
  return type.kind === "opaque" && type.name === "optional_type" ? type.params[0] : undefined;
}

/** Tells whether both are the same type, parameters included. */
export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((param, index) => sameType(param, b.params[index]!))
  );
}

/** The type as error messages show it. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case "error":
      return "!error!";
    case "null":
      return "null";
    case "timestamp":
    case "duration":
      return type.kind;
    default:
      return type.params.length === 0 ? type.name : `${type.name}(${type.params.map(formatType).join(", ")})`;
  }
}
