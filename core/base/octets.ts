/** Gives the bytes of a Go string: one that is no UTF-8 stands in the text as a lone surrogate from U+DC80 to U+DCFF. */
export function octetsOf(text: string): Uint8Array {
  const parts = text.split(/(?<![\ud800-\udbff])([\udc80-\udcff])/);
  // Every second part is a byte that isn't UTF-8.
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - 0xdc00),
    ),
  );
}

/** Tells whether a Go string is longer than so many bytes. */
export function isLongerThan(text: string, limit: number): boolean {
  // A unit of UTF-16 is three bytes at most.
  return text.length * 3 > limit && octetsOf(text).length > limit;
}
