import type { Duplex } from "node:stream";

/** How a connection ends whose other end closed it with something of ours unread: a process that needed no more input. */
const endings: ReadonlySet<string | undefined> = new Set(["ECONNRESET", "EPIPE"]);

/**
 * Gives what comes on a connection, to its end. Unlike a stream's own iterator it gives all that came before a reset,
 * and takes that for an end: it is how podman ends a command that left input unread.
 */
export async function* incoming(connection: Duplex): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let isOver = false;
  let wake: () => void = () => undefined;
  connection.on("data", (chunk: Uint8Array) => {
    waiting.push(chunk);
    connection.pause();
    wake();
  });
  const over = () => {
    isOver = true;
    wake();
  };
  connection.once("end", over).once("close", over).on("error", over);
  for (;;) {
    const chunk = waiting.shift();
    if (chunk !== undefined) yield chunk;
    else if (isOver || connection.destroyed) break;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
        connection.resume();
      });
  }
  const failure = connection.errored as NodeJS.ErrnoException | null;
  if (failure !== null && !endings.has(failure.code)) throw failure;
}
