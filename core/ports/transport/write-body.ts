import type { Writable } from "node:stream";
import type { Request } from "./handler.ts";

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

/**
 * Writes a request's body and ends it; waits while the reader is slow, and stops when the connection is gone. Throws
 * what the body's source throws: the connection must break then, for half isn't the whole.
 */
export async function writeBody(outgoing: Writable, body: Request["body"]): Promise<void> {
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await drained(outgoing);
  }
  outgoing.end();
}
