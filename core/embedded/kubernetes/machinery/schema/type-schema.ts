import type { ZeroRule } from "./type-text.ts";

/** How a list's items are told apart when two writers' lists are joined (structured-merge-diff). */
export type ListType = "atomic" | "set" | "map";

/** Limits on a value, as a CRD's structural schema states them; builtin kinds have hand-written validation. */
export interface ValueRules {
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly allOf?: readonly ValueRules[];
  readonly anyOf?: readonly ValueRules[];
  readonly oneOf?: readonly ValueRules[];
  readonly not?: ValueRules;
  /** Rules of named properties, of items and of map values, below a combinator. */
  readonly properties?: Readonly<Record<string, ValueRules>>;
  readonly items?: ValueRules;
  readonly additionalProperties?: ValueRules;
  /** `x-kubernetes-validations`. */
  readonly expressions?: readonly ExpressionRule[];
}

/** One CEL rule of a CRD's schema. */
export interface ExpressionRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** A field of an object type. */
export interface FieldSchema {
  readonly type: TypeSchema;
  /** What the schema itself states as default; shared, never changed. */
  readonly default?: unknown;
  readonly required: boolean;
  /** Builtin types only; absent: written as it is. */
  readonly zero?: ZeroRule;
  /** Builtin types only: OpenAPI 3 states the zero value as default. */
  readonly zeroDefault?: boolean;
  /** Strategic merge patch: `merge`, `replace`, `retainKeys`, in upstream's spelling, comma separated. */
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

/**
 * The type of a value: the one form builtin types and CRDs' structural schemas are both turned into. Graphs
 * may be recursive. `any` is a value nothing is known of (x-kubernetes-preserve-unknown-fields without type,
 * RawExtension, JSON).
 */
export interface TypeSchema {
  readonly type:
    | "object"
    | "map"
    | "list"
    | "string"
    | "integer"
    | "number"
    | "boolean"
    | "int-or-string"
    | "any";
  /** Name of the OpenAPI definition, for builtin object types. */
  readonly name?: string;
  /** int32, int64, double, byte, date-time, quantity …, as in OpenAPI. */
  readonly format?: string;
  /** `object` only. */
  readonly fields?: ReadonlyMap<string, FieldSchema>;
  /** Values of a `map`; of an `object` with further properties. */
  readonly values?: TypeSchema;
  /** Items of a `list`. */
  readonly items?: TypeSchema;
  /** `list` only; `atomic` when nothing else is said. */
  readonly listType?: ListType;
  /** The fields that identify an item of a list of type `map`. */
  readonly mapKeys?: readonly string[];
  /** An `object` or `map` owned as a whole. */
  readonly atomic?: boolean;
  /** `any` only: what an object found here, or in a list here, is read as. */
  readonly inner?: TypeSchema;
  /** Fields not named here are kept. */
  readonly preserveUnknown?: boolean;
  /** A whole Kubernetes object within an object. */
  readonly embedded?: boolean;
  /** null is a value of this type. CRDs only. */
  readonly nullable?: boolean;
  /** CRDs only. */
  readonly rules?: ValueRules;
}
