import { formatValue } from "../template/format.ts";
import { nearestInteger } from "../template/numbers.ts";
import { fixed, GoError, type GoFunction, int, int64, type Value, variadic } from "../template/values.ts";
import { toFloat64, toInt64 } from "./convert.ts";
import { addDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from "./decimal.ts";

const wrap = (value: bigint) => BigInt.asIntN(64, value);

const largest = variadic(["any"], "any", (values) => int64(extreme(values, 1n)));

export const mathFunctions: readonly (readonly [string, GoFunction])[] = [
  ["atoi", fixed(["string"], ([text]) => int(nearestInteger(text)))],
  ["int64", fixed(["any"], ([value]) => int64(toInt64(value)))],
  ["int", fixed(["any"], ([value]) => int(toInt64(value)))],
  ["float64", fixed(["any"], ([value]) => toFloat64(value))],
  ["toDecimal", fixed(["any"], ([value]) => int64(fromOctal(value)))],
  ["add1", fixed(["any"], ([value]) => int64(toInt64(value) + 1n))],
  [
    "add",
    variadic([], "any", (values) => int64(values.reduce((sum, value) => wrap(sum + toInt64(value)), 0n))),
  ],
  ["sub", fixed(["any", "any"], ([a, b]) => int64(toInt64(a) - toInt64(b)))],
  ["div", fixed(["any", "any"], ([a, b]) => int64(toInt64(a) / divisor(b)))],
  ["mod", fixed(["any", "any"], ([a, b]) => int64(toInt64(a) % divisor(b)))],
  [
    "mul",
    variadic(["any"], "any", (values) =>
      int64(values.reduce((product, value) => wrap(product * toInt64(value)), 1n)),
    ),
  ],
  ["add1f", fixed(["any"], ([value]) => addDecimals(toFloat64(value), 1))],
  ["addf", variadic([], "any", (values) => addDecimals(0, ...values.map(toFloat64)))],
  [
    "subf",
    variadic(["any"], "any", ([first, ...others]) =>
      subtractDecimals(toFloat64(first), ...others.map(toFloat64)),
    ),
  ],
  [
    "divf",
    variadic(["any"], "any", ([first, ...others]) =>
      divideDecimals(toFloat64(first), ...others.map(toFloat64)),
    ),
  ],
  [
    "mulf",
    variadic(["any"], "any", ([first, ...others]) =>
      multiplyDecimals(toFloat64(first), ...others.map(toFloat64)),
    ),
  ],
  ["max", largest],
  ["biggest", largest],
  ["min", variadic(["any"], "any", (values) => int64(extreme(values, -1n)))],
  ["maxf", variadic(["any"], "any", (values) => extremeFloat(values, Number.POSITIVE_INFINITY, Math.max))],
  ["minf", variadic(["any"], "any", (values) => extremeFloat(values, Number.NEGATIVE_INFINITY, Math.min))],
  ["ceil", fixed(["any"], ([value]) => Math.ceil(toFloat64(value)))],
  ["floor", fixed(["any"], ([value]) => Math.floor(toFloat64(value)))],
  ["round", variadic(["any", "int"], "float64", ([value, places, on]) => round(value, places, on ?? 0.5))],
];

/** The largest of the values as integers for a sign of 1, the smallest for -1. */
function extreme(values: readonly Value[], sign: 1n | -1n): bigint {
  return values.map(toInt64).reduce((found, value) => ((value - found) * sign > 0n ? value : found));
}

/** The largest or smallest as floats: as Go says, what no float is beyond wins, even over what is no number. */
function extremeFloat(
  values: readonly Value[],
  beyond: number,
  choose: (a: number, b: number) => number,
): number {
  return values.map(toFloat64).reduce((a, b) => (a === beyond || b === beyond ? beyond : choose(a, b)));
}

function divisor(value: Value): bigint {
  const number = toInt64(value);
  if (number === 0n) throw new GoError("runtime error: integer divide by zero");
  return number;
}

function fromOctal(value: Value): bigint {
  const text = formatValue(value);
  if (!/^[-+]?[0-7]+$/.test(text)) return 0n;
  const digits = BigInt(`0o${text.replace(/^[-+]/, "")}`);
  const number = text.startsWith("-") ? -digits : digits;
  return number === wrap(number) ? number : 0n;
}

/** Go's math.Pow(10, exponent), which squares and multiplies: its last digit isn't always that of the exact power. */
function powerOfTen(exponent: number): number {
  let result = 1;
  let resultExponent = 0;
  let factor = 0.625;
  let factorExponent = 4;
  for (let left = Math.abs(exponent); left >= 1; left = Math.floor(left / 2)) {
    if (factorExponent > 4096) return exponent < 0 ? 0 : Number.POSITIVE_INFINITY;
    if (left % 2 === 1) {
      result *= factor;
      resultExponent += factorExponent;
    }
    factor *= factor;
    factorExponent *= 2;
    if (factor < 0.5) {
      factor *= 2;
      factorExponent--;
    }
  }
  if (exponent < 0) {
    result = 1 / result;
    resultExponent = -resultExponent;
  }
  // In two steps: either power of two alone may be out of a float's range.
  const half = Math.trunc(resultExponent / 2);
  return result * 2 ** half * 2 ** (resultExponent - half);
}

function round(value: Value, places: number, on: number): number {
  const power = powerOfTen(places);
  const digit = power * toFloat64(value);
  const fraction = digit - Math.trunc(digit);
  return (fraction >= on ? Math.ceil(digit) : Math.floor(digit)) / power;
}
