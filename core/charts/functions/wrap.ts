import { decodeBytes, encodeBytes } from "../template/bytes.ts";

/**
 * Breaks a text at spaces into lines of at most `width` bytes, as goutils.WrapCustom does: leading spaces of a
 * line vanish, and a longer word is cut only when `cutWords` says so.
 */
export function wrapText(text: string, width: number, by: string, cutWords: boolean): string {
  const bytes = encodeBytes(text);
  const lineBreak = by === "" ? "\n" : by;
  const limit = Math.max(width, 1);
  let wrapped = "";
  let at = 0;
  while (bytes.length - at > limit) {
    if (bytes[at] === 0x20) {
      at++;
      continue;
    }
    const lastSpace = bytes.subarray(at, at + limit + 1).lastIndexOf(0x20);
    let end = lastSpace >= 0 ? at + lastSpace : at + limit;
    let skip = lastSpace >= 0 ? 1 : 0;
    if (lastSpace < 0 && !cutWords) {
      const next = bytes.indexOf(0x20, end);
      if (next < 0) {
        wrapped += decodeBytes(bytes.subarray(at));
        return wrapped;
      }
      end = next;
      skip = 1;
    }
    wrapped += decodeBytes(bytes.subarray(at, end)) + lineBreak;
    at = end + skip;
  }
  return wrapped + decodeBytes(bytes.subarray(at));
}
