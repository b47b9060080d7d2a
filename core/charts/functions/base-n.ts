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
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  let text = "";
  for (let at = 0; at < bits.length; at += 5) {
    text += base32Alphabet[Number.parseInt(bits.slice(at, at + 5).padEnd(5, "0"), 2)];
  }
  return text.padEnd(Math.ceil(text.length / 8) * 8, "=");
}

/** Decodes standard base32. Throws GoError. */
export function decodeBase32(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, "");
  const match = /^([A-Z2-7]*)(={0,6})$/.exec(clean);
  const digits = match?.[1] ?? "";
  if (match === null || clean.length % 8 !== 0 || [1, 3, 6].includes(digits.length % 8)) {
    throw corrupt("base32", badBase32(encodeBytes(clean)));
  }
  let bits = "";
  for (const digit of digits) bits += base32Alphabet.indexOf(digit).toString(2).padStart(5, "0");
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2),
  );
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
