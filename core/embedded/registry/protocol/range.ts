import { RegistryProblem } from "./problem.ts";

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header against a content's size (RFC 9110 §14.2); undefined when the whole is to be
 * sent: no header, another unit, or several ranges. Throws RANGE_INVALID when nothing of it can be met.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const [, from = "", to = ""] = match;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end || start >= size) {
    throw new RegistryProblem("RANGE_INVALID", `the range ${header} is outside ${size} bytes`, {
      "content-range": `bytes */${size}`,
    });
  }
  return { start, end };
}
