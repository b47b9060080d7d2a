const grammar = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;

const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A quantity in billionths, and the family of suffixes it was written with. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: "decimal" | "binary" | "exponent";
}

/** Longest text read, and largest exponent: more would take time and memory out of all proportion to its length. */
const longest = 1000;

/**
 * Parses a resource quantity (`500m`, `1.5Gi`, `1e3`); undefined when it isn't one, or is longer or larger than any
 * that means something (a thousand places). Finer than nano rounds up.
 */
export function parseQuantity(text: string): Quantity | undefined {
  if (text.length > longest) return undefined;
  const match = grammar.exec(text);
  const [, sign, whole = "", fraction = "", suffix = ""] = match ?? [];
  if (match === null || whole + fraction === "") return undefined;
  const { factor, exponent, format } = scaleOf(suffix);
  if (exponent > longest) return undefined;
  const power = 9 + Math.max(exponent, -2 * longest) - fraction.length;
  let nanos = BigInt(whole + fraction) * factor;
  if (power >= 0) nanos *= 10n ** BigInt(power);
  else {
    const divisor = 10n ** BigInt(-power);
    nanos = (nanos + divisor - 1n) / divisor;
  }
  return { nanos: sign === "-" ? -nanos : nanos, format };
}

function scaleOf(suffix: string): { factor: bigint; exponent: number; format: Quantity["format"] } {
  const binary = suffix === "" ? -1 : binarySuffixes.indexOf(suffix);
  if (binary > 0) return { factor: 1024n ** BigInt(binary), exponent: 0, format: "binary" };
  const decimal = decimalSuffixes.indexOf(suffix);
  if (decimal >= 0) return { factor: 1n, exponent: (decimal - 3) * 3, format: "decimal" };
  return { factor: 1n, exponent: Number(suffix.slice(1)), format: "exponent" };
}

/** Prints a quantity in canonical form: the largest suffix that loses nothing. */
export function printQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (format === "binary" && size >= 1024n * unit && size % unit === 0n) {
    return sign + printBinary(size / unit);
  }
  let amount = size;
  let exponent = -9;
  while (amount % 1000n === 0n && (format === "exponent" || exponent < 18)) {
    amount /= 1000n;
    exponent += 3;
  }
  if (format === "exponent") return `${sign}${amount}${exponent === 0 ? "" : `e${exponent}`}`;
  return `${sign}${amount}${decimalSuffixes[exponent / 3 + 3]}`;
}

const unit = 1_000_000_000n;

function printBinary(size: bigint): string {
  let amount = size;
  let step = 0;
  while (amount % 1024n === 0n && step < binarySuffixes.length - 1) {
    amount /= 1024n;
    step++;
  }
  return `${amount}${binarySuffixes[step]}`;
}

const canonical = new Map<string, string>();

/** The canonical text of a quantity; undefined when it isn't one. */
export function canonicalQuantity(text: string): string | undefined {
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const quantity = parseQuantity(text);
  if (quantity === undefined) return undefined;
  const printed = printQuantity(quantity);
  if (canonical.size > 5000) canonical.clear();
  canonical.set(text, printed);
  return printed;
}
