import { GoError } from "../template/values.ts";

const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Decodes standard base64 as strictly as Go: padding must be right, line breaks are skipped. Throws GoError. */
export function decodeBase64(text: string): Uint8Array {
  const clean = text.replace(/[\r\n]/g, "");
  const match = /^[A-Za-z0-9+/]*(={0,2})$/.exec(clean);
  if (match === null || clean.length % 4 !== 0) throw corrupt("base64", badOffset(text, 4));
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
    throw corrupt("base32", badOffset(text, 8));
  }
  let bits = "";
  for (const digit of digits) bits += base32Alphabet.indexOf(digit).toString(2).padStart(5, "0");
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2),
  );
}

/** Where Go's decoder stops: at the first character that can't be there. */
function badOffset(text: string, group: number): number {
  const allowed = group === 4 ? /[A-Za-z0-9+/]/ : /[A-Z2-7]/;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "\r" || character === "\n") continue;
    if (!allowed.test(character)) return at;
    count++;
  }
  return text.length - (count % group);
}

function corrupt(encoding: string, offset: number): GoError {
  return new GoError(`illegal ${encoding} data at input byte ${offset}`);
}
