import { once } from "node:events";
import type { Writable } from "node:stream";

/** What a body is read from: chunks, then trailers. */
export interface BodySource extends AsyncIterable<Uint8Array> {
  readonly rawTrailers: readonly string[];
}

/** Where a body goes to. */
export interface BodySink
  extends Pick<Writable, "write" | "writableLength" | "destroyed" | "once" | "on" | "off"> {
  addTrailers?(trailers: Record<string, string>): void;
  end(): unknown;
}

/** Moves a body with its trailers, as fast as the reader takes it; `tap` sees each chunk. Throws what the source throws. */
export async function pump(
  source: BodySource,
  sink: BodySink,
  tap?: (chunk: Uint8Array) => void,
): Promise<void> {
  for await (const chunk of source) {
    if (sink.destroyed) return;
    tap?.(chunk);
    if (!sink.write(chunk)) await drained(sink);
  }
  if (sink.destroyed) return;
  const trailers = trailersOf(source.rawTrailers);
  if (Object.keys(trailers).length > 0) sink.addTrailers?.(trailers);
  sink.end();
}

async function drained(sink: BodySink): Promise<void> {
  const done = new AbortController();
  const stop = { signal: done.signal };
  const emitter = sink as unknown as Writable;
  await Promise.race([once(emitter, "drain", stop), once(emitter, "close", stop)]).catch(() => undefined);
  done.abort();
}

function trailersOf(raw: readonly string[]): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) trailers[(raw[at] ?? "").toLowerCase()] = raw[at + 1] ?? "";
  return trailers;
}
