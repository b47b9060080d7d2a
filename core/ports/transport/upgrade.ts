import type { Duplex } from "node:stream";
import type { Headers, Response } from "./handler.ts";

/** The protocol a request asks to go on with on its connection, in lower case; undefined when it asks for none. */
export function asksUpgrade(headers: Headers): string | undefined {
  const options = (headers["connection"] ?? "").toLowerCase().split(",");
  if (!options.some((option) => option.trim() === "upgrade")) return undefined;
  return headers["upgrade"]?.toLowerCase();
}

/**
 * The answer of a server that goes on in another protocol on `socket`, of which `head` was read already; the connection
 * is closed when the signal aborts.
 */
export function upgradeResponse(
  headers: Headers,
  socket: Duplex,
  head: Buffer | undefined,
  signal: AbortSignal | undefined,
): Response {
  if (head !== undefined && head.length > 0) socket.unshift(head);
  const abort = () => socket.destroy();
  socket.on("error", abort);
  signal?.addEventListener("abort", abort, { once: true });
  return { status: 101, headers, upgrade: (connection) => joinConnections(connection, socket) };
}

/**
 * Lets two connections be one: what comes from either goes to the other, each direction ends by itself, and when
 * one breaks the other does too.
 */
export function joinConnections(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  endTogether(one, other);
  endTogether(other, one);
}

function endTogether(gone: Duplex, left: Duplex): void {
  gone.once("error", () => left.destroy());
  gone.once("close", () => {
    // What came before the end may still be on its way out.
    if (gone.readableEnded && !left.writableFinished) left.once("finish", () => left.destroy());
    else left.destroy();
  });
}
