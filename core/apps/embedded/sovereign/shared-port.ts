import type { IncomingMessage, Server } from "node:http";
import type { Http2SecureServer } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { FrontDoorRoutes, Incoming, Outgoing } from "./front-door.ts";

/** The first byte of every TLS connection (RFC 8446, 5.1); no request of HTTP begins with it. */
const handshake = 22;
/** Milliseconds a connection has to say its first byte; as long as Node gives a request's head. */
const patience = 60_000;

export interface SecureSide {
  /** What stands behind; undefined while it isn't open, when TLS connections are ended. */
  ready(): FrontDoorRoutes | undefined;
  request(incoming: Incoming, outgoing: Outgoing): void;
  /** Tells whether a request may leave HTTP. */
  shouldUpgradeCallback(incoming: IncomingMessage): boolean;
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Serves TLS, with HTTP/1.1 and HTTP/2, at a plain server's own port: a connection's first byte tells which it is. The
 * server for TLS is made with the first such connection.
 */
export function shareWithTls(server: Server, side: SecureSide): { close(): void } {
  const waiting = new Set<Socket>();
  const secured = new Set<Socket>();
  let secure: Promise<Http2SecureServer> | undefined;
  const plain = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    waiting.add(socket);
    const drop = () => socket.destroy();
    socket.once("close", () => waiting.delete(socket)).on("error", drop);
    socket.setTimeout(patience, drop);
    socket.once("readable", () => {
      waiting.delete(socket);
      socket.setTimeout(0).off("timeout", drop).off("error", drop);
      const first = socket.read(1) as Buffer | null;
      if (first === null) return drop();
      socket.unshift(first);
      if (first[0] !== handshake) {
        for (const take of plain) take.call(server, socket);
        return;
      }
      const routes = side.ready();
      if (routes === undefined) return drop();
      secured.add(socket);
      socket.on("error", drop).once("close", () => secured.delete(socket));
      secure ??= makeSecureServer(side, routes);
      secure.then((made) => made.emit("connection", socket), drop);
    });
  });
  return {
    close: () => {
      for (const socket of [...waiting, ...secured]) socket.destroy();
      // it never listened: closing only ends its timers
      void secure?.then(
        (made) => made.close(),
        () => undefined,
      );
    },
  };
}

async function makeSecureServer(
  side: SecureSide,
  { certificate, applications }: FrontDoorRoutes,
): Promise<Http2SecureServer> {
  const { createSecureServer } = await import("node:http2");
  const options = { shouldUpgradeCallback: side.shouldUpgradeCallback };
  const server = createSecureServer({
    ...options,
    allowHTTP1: true,
    cert: certificate.cert,
    key: certificate.key,
    SNICallback: (host, done) => {
      applications.certificateFor(host).then(
        (context) => done(null, context),
        (error: Error) => done(error),
      );
    },
  });
  Object.assign(server, { requestTimeout: 0 });
  server.on("request", (incoming, outgoing) => side.request(incoming, outgoing));
  server.on("checkContinue", (incoming, outgoing) => side.request(incoming, outgoing));
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
    side.upgrade(incoming, socket, head),
  );
  server.on("sessionError", () => undefined);
  server.on("tlsClientError", () => undefined);
  // Sockets are handed to it, so it never listens: this starts its watch for heads that trickle in.
  server.emit("listening");
  return server;
}
