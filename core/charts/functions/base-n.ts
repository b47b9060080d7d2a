import { encodeBytes } from "../template/bytes.ts";
import { GoError } from "../template/values.ts";

const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Decodes standard base64 as strictly as Go: padding must be right, line breaks are skipped. Throws GoError. */
export function decodeBase64(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, "");
  const match = /^[A-Za-z0-9+/]*(={0,2})$/.exec(clean);
  if (match === null || clean.length % 4 !== 0) throw corrupt("base64", badBase64(encodeBytes(text)));
  return Buffer.from(clean, "base64");
}

/** Encodes standard base32 with padding. */
export function encodeBase32(bytes: Uint8Array): string {
  const digits = Buffer.alloc(Math.ceil(bytes.length / 5) * 8, "=");
  let [at, bits, count] = [0, 0, 0];
  const write = (digit: number) => {
    digits[at++] = base32Alphabet.charCodeAt(digit & 31);
  };
  for (const byte of bytes) {
    bits = ((bits & 0xff) << 8) | byte;
    for (count += 8; count >= 5; count -= 5) write(bits >> (count - 5));
  }
  if (count > 0) write(bits << (5 - count));
  return digits.toString("latin1");
}

/** Decodes standard base32. Throws GoError. */
export function decodeBase32(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, "");
  const match = /^([A-Z2-7]*)(={0,6})$/.exec(clean);
  const digits = match?.[1] ?? "";
  if (match === null || clean.length % 8 !== 0 || [1, 3, 6].includes(digits.length % 8)) {
    throw corrupt("base32", badBase32(encodeBytes(clean)));
  }
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let [at, bits, count] = [0, 0, 0];
  for (const digit of digits) {
    bits = ((bits & 0xff) << 5) | base32Alphabet.indexOf(digit);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = bits >> count;
  }
  return bytes;
}

const isDigit64 = (byte: number) => /[A-Za-z0-9+/]/.test(String.fromCharCode(byte));
const isDigit32 = (byte: number) => /[A-Z2-7]/.test(String.fromCharCode(byte));
const isBreak = (byte: number | undefined) => byte === 0x0a || byte === 0x0d;
const padding = 0x3d;

/** Where Go's decoder stops: groups of four, among which line breaks don't count. */
function badBase64(bytes: Uint8Array): number {
  let at = 0;
  for (let inGroup = 0; ; ) {
    const byte = bytes[at];
    if (byte === undefined) return at - inGroup;
    at++;
    if (isDigit64(byte)) inGroup = (inGroup + 1) % 4;
    else if (isBreak(byte)) continue;
    else if (byte !== padding || inGroup < 2) return at - 1;
    else break;
    if (inGroup === 0) while (isBreak(bytes[at])) at++;
  }
  const skipBreaks = () => {
    while (isBreak(bytes[at])) at++;
  };
  const isSecond = bytes.subarray(0, at - 1).filter(isDigit64).length % 4 === 2;
  if (isSecond) {
    skipBreaks();
    if (at === bytes.length) return at;
    if (bytes[at] !== padding) return at - 1;
    at++;
  }
  skipBreaks();
  return at;
}

/** Where Go's decoder stops: groups of eight, line breaks taken out before. */
function badBase32(bytes: Uint8Array): number {
  for (let at = 0, inGroup = 0; ; at++) {
    const byte = bytes[at];
    const left = bytes.length - at - 1;
    if (byte === undefined) return at - inGroup;
    if (byte === padding && inGroup >= 2 && left < 8) {
      if (left + inGroup < 7) return bytes.length;
      for (let more = 0; more < 7 - inGroup; more++) {
        if (more < left && bytes[at + 1 + more] !== padding) return at + more;
      }
      return at;
    }
    if (!isDigit32(byte)) return at;
    inGroup = (inGroup + 1) % 8;
  }
}

function corrupt(encoding: string, offset: number): GoError {
  return new GoError(`illegal ${encoding} data at input byte ${offset}`);
}
