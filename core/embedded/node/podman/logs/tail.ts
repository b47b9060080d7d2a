import type { FileHandle } from "node:fs/promises";

const blockSize = 64 * 1024;
const lineEnd = 0x0a;

/** Finds where the last lines of a file begin, reading no more of it than they are long. */
export async function tailStart(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat();
  let found = 0;
  for (let right = size; right > 0; ) {
    const left = Math.max(0, right - blockSize);
    const { buffer } = await file.read(Buffer.alloc(right - left), 0, right - left, left);
    for (
      let at = buffer.lastIndexOf(lineEnd);
      at >= 0;
      at = at === 0 ? -1 : buffer.lastIndexOf(lineEnd, at - 1)
    ) {
      // One more than asked for: the end of the line before them.
      if (++found > lines) return left + at + 1;
    }
    right = left;
  }
  return lines === 0 ? size : 0;
}
