/** Decimal digits of a positive number: 0.d₁d₂d₃… × 10^point. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

/**
 * Prints a float as Go's strconv.FormatFloat(value, verb, precision, 64); precision -1 is the shortest text
 * that reads back as the same number.
 */
export function formatFloat(value: number, verb: string, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  switch (verb) {
    case "b":
      return sign + binary(size);
    case "x":
      return sign + hexadecimal(size, precision);
    case "X":
      return sign + hexadecimal(size, precision).toUpperCase();
    case "e":
    case "E": {
      const found = precision < 0 ? shortest(size) : rounded(size, precision + 1);
      return sign + cased(exponential(found, precision < 0 ? found.digits.length - 1 : precision), verb);
    }
    case "f":
    case "F": {
      const found = precision < 0 ? shortest(size) : roundedAt(size, precision);
      return sign + plain(found, precision < 0 ? Math.max(found.digits.length - found.point, 0) : precision);
    }
    default:
      return sign + cased(general(size, precision), verb);
  }
}

function general(size: number, precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const found = precision < 0 ? shortest(size) : rounded(size, wanted);
  const count = found.digits.length;
  const exponent = found.digits === "" ? -1 : found.point - 1;
  let limit = wanted > count && count >= found.point ? count : wanted;
  if (precision < 0) limit = 6;
  if (exponent < -4 || exponent >= limit) {
    return exponential(found, (precision < 0 ? count : Math.min(wanted, count)) - 1);
  }
  return plain(found, Math.max(count - found.point, 0));
}

function exponential({ digits, point }: Digits, places: number): string {
  const exponent = digits === "" ? 0 : point - 1;
  const fraction = digits.slice(1, places + 1).padEnd(Math.max(places, 0), "0");
  const amount = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0] ?? "0"}${fraction === "" ? "" : `.${fraction}`}e${exponent < 0 ? "-" : "+"}${amount}`;
}

function plain({ digits, point }: Digits, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (places <= 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, "0")}`;
}

function cased(text: string, verb: string): string {
  return verb === "E" || verb === "G" ? text.toUpperCase() : text;
}

/** The fewest digits that read back as the same number; none for zero. */
function shortest(size: number): Digits {
  if (size === 0) return { digits: "", point: 0 };
  const [mantissa = "0", exponent = "0"] = size.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** The number to that many significant digits, without zeros at their end. */
function rounded(size: number, count: number): Digits {
  const all = exact(size);
  return roundDigits(all, count);
}

/** The number to that many places after the point. */
function roundedAt(size: number, places: number): Digits {
  const all = exact(size);
  return roundDigits(all, all.point + places);
}

/** Rounds half to even, as Go does. */
function roundDigits({ digits, point }: Digits, count: number): Digits {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: "", point: 0 };
  const kept = digits.slice(0, count);
  const next = digits.charCodeAt(count) - 0x30;
  const isHalf = next === 5 && digits.length === count + 1;
  const isOdd = count > 0 && (kept.charCodeAt(count - 1) & 1) === 1;
  if (next < 5 || (isHalf && !isOdd)) return trimmed(kept, point);
  const raised = (BigInt(`0${kept}`) + 1n).toString().padStart(count, "0");
  return raised.length > count ? trimmed(raised, point + 1) : trimmed(raised, point);
}

function trimmed(digits: string, point: number): Digits {
  const left = digits.replace(/0+$/, "");
  return left === "" ? { digits: "", point: 0 } : { digits: left, point };
}

/** Every digit of a float: it is a whole number of some power of two. */
function exact(size: number): Digits {
  if (size === 0) return { digits: "", point: 0 };
  const { mantissa, exponent } = parts(size);
  const shift = exponent < 0 ? -exponent : 0;
  const whole = exponent < 0 ? mantissa * 5n ** BigInt(shift) : mantissa << BigInt(exponent);
  const digits = whole.toString();
  return trimmed(digits, digits.length - shift);
}

const bits = new DataView(new ArrayBuffer(8));

/** A float as mantissa × 2^exponent, as it is stored. */
function parts(size: number): { mantissa: bigint; exponent: number } {
  bits.setFloat64(0, size);
  const stored = bits.getBigUint64(0);
  const exponent = Number((stored >> 52n) & 0x7ffn);
  const fraction = stored & 0xfffffffffffffn;
  if (exponent === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | (1n << 52n), exponent: exponent - 1075 };
}

function binary(size: number): string {
  const { mantissa, exponent } = parts(size);
  return `${mantissa}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

/** `0x1.8p+01`: one digit before the point, rounded half to even to `precision` digits after it. */
function hexadecimal(size: number, precision: number): string {
  let { mantissa, exponent } = parts(size);
  if (mantissa === 0n) exponent = 0;
  else {
    while (mantissa < 1n << 52n) {
      mantissa <<= 1n;
      exponent--;
    }
    exponent += 52;
  }
  if (precision >= 0 && precision < 13) {
    const dropped = BigInt((13 - precision) * 4);
    const rest = mantissa & ((1n << dropped) - 1n);
    const half = 1n << (dropped - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const fraction = precision < 0 ? all.replace(/0+$/, "") : all.slice(0, precision).padEnd(precision, "0");
  const amount = String(Math.abs(exponent)).padStart(2, "0");
  return `0x${mantissa >> 52n}${fraction === "" ? "" : `.${fraction}`}p${exponent < 0 ? "-" : "+"}${amount}`;
}
