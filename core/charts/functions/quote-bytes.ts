import { encodeBytes } from "../template/bytes.ts";

/** Quotes as Go's time package, which escapes every byte that isn't plain ASCII. */
export function quoteBytes(text: string): string {
  let result = "";
  for (const byte of encodeBytes(text)) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80 || byte < 0x20) result += `\\x${byte.toString(16).padStart(2, "0")}`;
    else result += character === '"' || character === "\\" ? `\\${character}` : character;
  }
  return `"${result}"`;
}
