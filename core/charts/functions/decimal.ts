import { formatFloat } from "../template/float-text.ts";

/**
 * Arithmetic on decimal fractions as shopspring/decimal does it for sprig's float functions: 0.1 + 0.2 is 0.3,
 * and a division has 16 places.
 */
interface Decimal {
  /** value × 10^exponent */
  readonly value: bigint;
  readonly exponent: number;
}

const divisionPlaces = 16;

/** Adds numbers as decimal fractions. */
export function addDecimals(first: number, ...others: number[]): number {
  return fold(first, others, (a, b) => aligned(a, b, (x, y) => x + y));
}

/** Subtracts the others from the first. */
export function subtractDecimals(first: number, ...others: number[]): number {
  return fold(first, others, (a, b) => aligned(a, b, (x, y) => x - y));
}

/** Multiplies numbers as decimal fractions. */
export function multiplyDecimals(first: number, ...others: number[]): number {
  return fold(first, others, (a, b) => ({ value: a.value * b.value, exponent: a.exponent + b.exponent }));
}

/** Divides the first by the others, rounding each quotient to 16 places. Throws on zero. */
export function divideDecimals(first: number, ...others: number[]): number {
  return fold(first, others, divide);
}

function fold(first: number, others: readonly number[], apply: (a: Decimal, b: Decimal) => Decimal): number {
  let result = fromNumber(first);
  // One after the other: of two that are wrong the one met first is named.
  for (const other of others) result = apply(result, fromNumber(other));
  return toNumber(result);
}

function fromNumber(number: number): Decimal {
  if (!Number.isFinite(number))
    throw new Error(`Cannot create a Decimal from ${formatFloat(number, "g", -1)}`);
  const [mantissa = "0", exponent = "0"] = number.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { value: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function toNumber({ value, exponent }: Decimal): number {
  return Number(`${value}e${exponent}`);
}

function aligned(a: Decimal, b: Decimal, apply: (a: bigint, b: bigint) => bigint): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { value: apply(rescale(a, exponent), rescale(b, exponent)), exponent };
}

function rescale(decimal: Decimal, exponent: number): bigint {
  return decimal.value * 10n ** BigInt(decimal.exponent - exponent);
}

function divide(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) throw new Error("decimal division by 0");
  const shift = a.exponent - b.exponent + divisionPlaces;
  const numerator = shift >= 0 ? a.value * 10n ** BigInt(shift) : a.value;
  const denominator = shift >= 0 ? b.value : b.value * 10n ** BigInt(-shift);
  const quotient = numerator / denominator;
  const rest = numerator % denominator;
  const doubled = (rest < 0n ? -rest : rest) * 2n;
  const size = denominator < 0n ? -denominator : denominator;
  const away = doubled >= size ? (numerator < 0n === denominator < 0n ? 1n : -1n) : 0n;
  return { value: quotient + away, exponent: -divisionPlaces };
}
