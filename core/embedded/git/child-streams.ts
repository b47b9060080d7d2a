import type { ChildProcess } from "node:child_process";
import { pipeline, type Readable, Readable as ReadableStream, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { CatalystError } from "@catalyst/base/errors";
import type { Request } from "@catalyst/ports/transport";

/**
 * Sends a request's body to a program's input, unpacking gzip. Past `limit` unpacked bytes, or when the caller
 * goes away, the program is ended. A program that can't be started breaks its output.
 */
export function feed(child: ChildProcess, request: Request, limit: number): void {
  child.on("error", (error) => child.stdout?.destroy(error));
  if (child.stdin === null) return;
  const body = request.body ?? new Uint8Array();
  const source = body instanceof Uint8Array ? ReadableStream.from([body]) : ReadableStream.from(body);
  const encoding = request.headers["content-encoding"];
  const stages = encoding === "gzip" || encoding === "x-gzip" ? [createGunzip()] : [];
  pipeline([source, ...stages, limited(limit), child.stdin], (error) => {
    // a program that answers before it has read everything is no failure
    if (error && !isClosedPipe(error)) child.kill();
  });
}

/** A program's output as a body. Leaving it early, or the caller's signal, ends the program. */
export async function* streamOutput(
  child: ChildProcess,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const end = () => child.kill();
  signal?.addEventListener("abort", end, { once: true });
  child.stderr?.resume();
  try {
    if (child.stdout !== null) yield* child.stdout as Readable;
  } finally {
    signal?.removeEventListener("abort", end);
    if (child.exitCode === null && child.signalCode === null && !child.stdout?.readableEnded) child.kill();
  }
}

function limited(limit: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      if (size > limit)
        done(new CatalystError("body-too-large", `the request is larger than ${limit} bytes`));
      else done(null, chunk);
    },
  });
}

function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === "EPIPE" || error.code === "ERR_STREAM_PREMATURE_CLOSE" || error.code === "ECONNRESET";
}
