import type { IncomingMessage, Server } from "node:http";
import type { Http2SecureServer, Http2Server, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { FrontDoorRoutes, Incoming, Outgoing } from "./front-door.ts";

/** The first byte of every TLS connection (RFC 8446, 5.1); no request of HTTP begins with it. */
const handshake = 22;
/** How who knows that HTTP/2 is spoken begins (RFC 9113, 3.4); no request has this method. */
const preface = Buffer.from("PRI ");
/** Milliseconds a connection has to say its first bytes; as long as Node gives a request's head. */
const patience = 60_000;

/** What is served at a plain server's port besides HTTP/1.1. */
export interface SharedSides {
  /** What stands behind; undefined while it isn't open, when TLS connections are ended. */
  ready(): FrontDoorRoutes | undefined;
  /** Takes a request over TLS. */
  request(incoming: Incoming, outgoing: Outgoing): void;
  /** Takes a request in HTTP/2 without TLS. */
  plainHttp2(incoming: Http2ServerRequest, outgoing: Http2ServerResponse): void;
  /** Tells whether a request may leave HTTP. */
  shouldUpgradeCallback(incoming: IncomingMessage): boolean;
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Serves TLS, with HTTP/1.1 and HTTP/2, and HTTP/2 without it, at a plain server's own port: a connection's first bytes
 * tell which it is. The servers for that are made with the first such connection.
 */
export function sharePort(server: Server, sides: SharedSides): { close(): void } {
  const waiting = new Set<Socket>();
  const taken = new Set<Socket>();
  let secure: Promise<Http2SecureServer> | undefined;
  let http2: Promise<Http2Server> | undefined;
  const plain = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    waiting.add(socket);
    const drop = () => socket.destroy();
    socket.once("close", () => waiting.delete(socket)).on("error", drop);
    socket.setTimeout(patience, drop);
    firstBytes(socket, (protocol) => {
      waiting.delete(socket);
      socket.setTimeout(0).off("timeout", drop).off("error", drop);
      if (protocol === "http/1.1") {
        for (const take of plain) take.call(server, socket);
        return;
      }
      const routes = sides.ready();
      if (routes === undefined) return drop();
      taken.add(socket);
      socket.on("error", drop).once("close", () => taken.delete(socket));
      if (protocol === "tls") secure ??= makeSecureServer(sides, routes);
      else http2 ??= makeHttp2Server(sides);
      const made: Promise<Http2SecureServer | Http2Server> | undefined = protocol === "tls" ? secure : http2;
      made?.then((its) => its.emit("connection", socket), drop);
    });
  });
  return {
    close: () => {
      for (const socket of [...waiting, ...taken]) socket.destroy();
      // they never listened: closing only ends their timers
      for (const made of [secure, http2]) {
        void made?.then(
          (its) => its.close(),
          () => undefined,
        );
      }
    },
  };
}

type Protocol = "tls" | "h2c" | "http/1.1";

/** Tells what a connection speaks once its first bytes are there, which stay to be read; one that ends before is ended. */
function firstBytes(socket: Socket, tell: (protocol: Protocol) => void, before = Buffer.alloc(0)): void {
  socket.once("readable", () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return socket.destroy();
    const bytes = Buffer.concat([before, chunk]);
    const protocol = protocolOf(bytes);
    if (protocol === undefined) return firstBytes(socket, tell, bytes);
    socket.unshift(bytes);
    tell(protocol);
  });
}

function protocolOf(bytes: Buffer): Protocol | undefined {
  if (bytes[0] === handshake) return "tls";
  const length = Math.min(bytes.length, preface.length);
  if (!bytes.subarray(0, length).equals(preface.subarray(0, length))) return "http/1.1";
  return length === preface.length ? "h2c" : undefined;
}

async function makeHttp2Server({ plainHttp2 }: SharedSides): Promise<Http2Server> {
  const { createServer } = await import("node:http2");
  const server = createServer();
  server.on("request", plainHttp2).on("checkContinue", plainHttp2);
  server.on("sessionError", () => undefined);
  return server;
}

async function makeSecureServer(
  side: SharedSides,
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
