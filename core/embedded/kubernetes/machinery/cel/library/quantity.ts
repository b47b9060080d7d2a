import { parseQuantity, type Quantity } from "@catalyst/base/quantity";
import { type Library, member, overload } from "../overload.ts";
import { boolType, doubleType, intType, objectType, stringType } from "../type.ts";
import { fault, OpaqueValue } from "../value.ts";

const quantityType = objectType("kubernetes.Quantity");
const unit = 1_000_000_000n;

class QuantityValue extends OpaqueValue {
  readonly type = quantityType;
  readonly quantity: Quantity;

  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }

  get nanos(): bigint {
    return this.quantity.nanos;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && other.nanos === this.nanos;
  }

  plus(nanos: bigint): QuantityValue {
    return new QuantityValue({ ...this.quantity, nanos: this.nanos + nanos });
  }
}

const wrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function toQuantity(text: string): QuantityValue {
  const quantity = parseQuantity(text);
  return quantity === undefined ? fault(wrong) : new QuantityValue(quantity);
}

function isWhole(value: QuantityValue): boolean {
  const whole = value.nanos / unit;
  return value.nanos % unit === 0n && whole < 2n ** 63n && whole >= -(2n ** 63n);
}

function sign(nanos: bigint): bigint {
  return nanos > 0n ? 1n : nanos < 0n ? -1n : 0n;
}

const two = [quantityType, quantityType];
type Pair = [QuantityValue, QuantityValue];

/** Kubernetes' functions of resource quantities. */
export const quantityLibrary: Library = {
  quantity: [overload("string_to_quantity", [stringType], quantityType, toQuantity)],
  isQuantity: [
    overload(
      "is_quantity_string",
      [stringType],
      boolType,
      (text: string) => parseQuantity(text) !== undefined,
    ),
  ],
  sign: [
    // Upstream declares it as a function, so `quantity(…).sign()` isn't one.
    overload("quantity_sign", [quantityType], intType, (value: QuantityValue) => sign(value.nanos)),
  ],
  isGreaterThan: [member("quantity_is_greater_than", two, boolType, (...[a, b]: Pair) => a.nanos > b.nanos)],
  isLessThan: [member("quantity_is_less_than", two, boolType, (...[a, b]: Pair) => a.nanos < b.nanos)],
  compareTo: [member("quantity_compare_to", two, intType, (...[a, b]: Pair) => sign(a.nanos - b.nanos))],
  asApproximateFloat: [
    member(
      "quantity_get_float",
      [quantityType],
      doubleType,
      (value: QuantityValue) => Number(value.nanos) / Number(unit),
    ),
  ],
  asInteger: [
    member("quantity_get_int", [quantityType], intType, (value: QuantityValue) =>
      isWhole(value) ? value.nanos / unit : fault("cannot convert value to integer"),
    ),
  ],
  isInteger: [member("quantity_is_integer", [quantityType], boolType, isWhole)],
  add: [
    member("quantity_add", two, quantityType, (...[a, b]: Pair) => a.plus(b.nanos)),
    member("quantity_add_int", [quantityType, intType], quantityType, (a: QuantityValue, b: bigint) =>
      a.plus(b * unit),
    ),
  ],
  sub: [
    member("quantity_sub", two, quantityType, (...[a, b]: Pair) => a.plus(-b.nanos)),
    member("quantity_sub_int", [quantityType, intType], quantityType, (a: QuantityValue, b: bigint) =>
      a.plus(-b * unit),
    ),
  ],
};
