/**
 * Go strings are byte sequences, JavaScript's are UTF-16. Bytes that are not UTF-8 travel inside a
 * JavaScript string as lone low surrogates U+DC80 to U+DCFF (Python calls it surrogateescape), so that
 * `.Files.Get "logo.png" | b64enc` gives back the file's own bytes.
 */

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Turns bytes into a string; bytes that are no UTF-8 become escapes that encodeBytes turns back. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

/** Turns a string into its bytes, escapes of decodeBytes included. */
export function encodeBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (!isEscape(text, index, unit)) continue;
    if (index > start) parts.push(encoder.encode(text.slice(start, index)));
    parts.push(Uint8Array.of(unit - 0xdc00));
    start = index + 1;
  }
  parts.push(encoder.encode(text.slice(start)));
  return Buffer.concat(parts);
}

/** Makes characters of bytes that have come together: two halves of one may meet where texts are joined. */
export function rejoined(text: string): string {
  return text.isWellFormed() ? text : decodeBytes(encodeBytes(text));
}

/** Gives the length in bytes, as Go's len. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : encodeBytes(text).length;
}

/** Cuts by byte offsets, as Go's text[start:end]. Offsets must lie inside. */
export function sliceBytes(text: string, start: number, end: number): string {
  return isAscii(text) ? text.slice(start, end) : decodeBytes(encodeBytes(text).subarray(start, end));
}

/**
 * Tells whether a text may be searched for character by character: one that begins or ends within a character is found
 * among bytes alone.
 */
export function hasWholeCharacters(text: string): boolean {
  return text.isWellFormed();
}

/** Gives a text in which every byte is a character, for searching among bytes; `fromBytes` turns it back. */
export function asBytes(text: string): string {
  return Buffer.from(encodeBytes(text)).toString("latin1");
}

/** Turns a text of `asBytes`, or a part of one, back. */
export function fromBytes(text: string): string {
  return decodeBytes(Buffer.from(text, "latin1"));
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

function isEscape(text: string, index: number, unit: number): boolean {
  if (unit < 0xdc80 || unit > 0xdcff) return false;
  const before = index > 0 ? text.charCodeAt(index - 1) : 0;
  return before < 0xd800 || before > 0xdbff;
}

function decodeMixed(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; ) {
    const length = sequenceLength(bytes, index);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[index] ?? 0));
      index++;
    } else {
      text += strictDecoder.decode(bytes.subarray(index, index + length));
      index += length;
    }
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence at `index`, or 0. */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0;
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length < 2) return length;
  try {
    strictDecoder.decode(bytes.subarray(index, index + length));
    return index + length <= bytes.length ? length : 0;
  } catch {
    return 0;
  }
}
