import type { Duplex } from "node:stream";
import { isCatalystError } from "@catalyst/base/errors";
import type { ProcessStreams } from "@catalyst/ports/containers";
import { drained } from "@catalyst/ports/transport";
import { outputPieces } from "../frames.ts";
import { incoming } from "./incoming.ts";

/**
 * Carries a process's streams between a connection of podman's and whoever is there, until the process has closed its
 * output. Each direction waits while its reader is slow.
 */
export async function pump(connection: Duplex, streams: ProcessStreams, tty: boolean): Promise<void> {
  connection.on("error", () => undefined);
  const end = () => connection.destroy();
  if (streams.signal.aborted) end();
  streams.signal.addEventListener("abort", end, { once: true });
  try {
    const output = incoming(connection);
    feed(connection, streams.stdin, tty).catch((error: Error) => connection.destroy(error));
    for await (const { stream, bytes } of tty ? terminalPieces(output) : outputPieces(output))
      await streams[stream]?.(bytes);
  } catch (error) {
    if (!streams.signal.aborted) throw error;
  } finally {
    streams.signal.removeEventListener("abort", end);
    end();
  }
}

/** A terminal's output isn't framed. */
async function* terminalPieces(connection: AsyncIterable<Uint8Array>) {
  for await (const bytes of connection) yield { stream: "stdout" as const, bytes };
}

async function feed(connection: Duplex, stdin: ProcessStreams["stdin"], tty: boolean): Promise<void> {
  if (stdin === undefined) return;
  try {
    for await (const bytes of stdin) {
      if (connection.destroyed || connection.writableEnded) return;
      if (!connection.write(bytes)) await drained(connection);
    }
  } catch (error) {
    // The caller broke off: for the process that is the end of its input, too.
    if (!isCatalystError(error, "stream-reset")) throw error;
  }
  // A terminal's input has no end of its own; who types says so by a key.
  if (tty) return;
  // Ends our direction alone: what the process writes in answer still comes.
  connection.end();
}
