import type { Writable } from "node:stream";

/** Resolves when there is room again, or nobody to write to any more. */
export function drained(writable: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      writable.off("drain", done).off("close", done);
      resolve();
    };
    if (writable.destroyed) resolve();
    else writable.once("drain", done).once("close", done);
  });
}
