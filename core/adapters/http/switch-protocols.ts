import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { CatalystError } from "@catalyst/base/errors";
import type { Response } from "@catalyst/ports/transport";

/** Sends the head of an upgrade and gives its connection away; `closed` is called when that is over. */
export function switchProtocols(outgoing: ServerResponse, response: Response, closed: () => void): void {
  const { socket, req } = outgoing;
  if (req.headers.upgrade === undefined || response.status !== 101)
    throw new CatalystError(
      "http-upgrade-unasked",
      "the handler upgrades a connection that didn't ask for it",
    );
  // Nobody is there any more: the signal has said so.
  if (socket === null || socket.destroyed) return;
  outgoing.detachSocket(socket);
  socket.once("close", closed).on("error", closed);
  socket.setTimeout(0);
  socket.setNoDelay(true);
  const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 101 ${STATUS_CODES[101]}\r\n${lines.join("")}\r\n`);
  response.upgrade?.(socket);
}

/**
 * Tells which requests may leave HTTP, for a server's `shouldUpgradeCallback`; all others are served as if they hadn't
 * asked, which HTTP allows. One with a body may not: it could no longer be read. Nor may `h2c`, which programs offer
 * by the way.
 */
export function mayUpgrade({ headers }: IncomingMessage): boolean {
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return !hasBody && headers.upgrade?.toLowerCase() !== "h2c";
}

/** Gives what closes a server with everything that goes on at it: of upgraded connections node:http knows nothing. */
export function closing(server: Server): () => Promise<void> {
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (_incoming, socket) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
    });
}
