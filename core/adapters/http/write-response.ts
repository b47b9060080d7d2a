import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Response } from "@catalyst/ports/transport";

/**
 * Writes an answer to a socket: a document as JSON, documents as JSON lines, bytes as they come. Waits while
 * the reader is slow; stops, and frees the stream, when the signal aborts.
 */
export async function writeResponse(
  outgoing: ServerResponse,
  response: Response,
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string> = { ...response.headers };
  if (response.cookies !== undefined) outgoing.setHeader("set-cookie", response.cookies);
  if (response.json !== undefined) {
    headers["content-type"] ??= "application/json";
    return end(outgoing, response.status, headers, Buffer.from(JSON.stringify(response.json)));
  }
  if (response.items !== undefined) {
    headers["content-type"] ??= "application/json";
    return stream(outgoing, response.status, headers, lines(response.items), signal);
  }
  if (response.body === undefined) return end(outgoing, response.status, headers, undefined);
  if (response.body instanceof Uint8Array) return end(outgoing, response.status, headers, response.body);
  return stream(outgoing, response.status, headers, response.body, signal);
}

function end(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  bytes: Uint8Array | undefined,
): void {
  // 204 and 304 never have a length; a HEAD answer keeps the one its handler gave.
  if (bytes !== undefined) headers["content-length"] ??= String(bytes.length);
  else if (status !== 204 && status !== 304) headers["content-length"] ??= "0";
  outgoing.writeHead(status, headers);
  outgoing.end(bytes);
}

async function stream(
  outgoing: ServerResponse,
  status: number,
  headers: Record<string, string>,
  chunks: AsyncIterable<Uint8Array | string>,
  signal: AbortSignal,
): Promise<void> {
  outgoing.writeHead(status, headers);
  // A watch may be silent for long: its head must not wait for the first item.
  outgoing.flushHeaders();
  const iterator = chunks[Symbol.asyncIterator]();
  // A silent stream is waiting inside next(): only the signal, which its handler holds too, ends that wait.
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next === undefined || next.done) break;
      if (!outgoing.write(next.value)) await once(outgoing, "drain", { signal });
    }
  } finally {
    // Not awaited: a generator that is still inside its wait answers only after the signal reached it.
    void iterator.return?.()?.then(undefined, () => undefined);
  }
  if (!signal.aborted) outgoing.end();
}

async function* lines(items: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
}
