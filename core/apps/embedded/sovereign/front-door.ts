import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import { closing, mayUpgrade, nodeListener } from "@catalyst/adapter-http";
import { CatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { Handler } from "@catalyst/ports/transport";
import { sharePort } from "./shared-port.ts";

/** By which HTTP/2 says that what is asked for is served in HTTP/1.1 alone (RFC 9113, 7). */
const http11Required = 0xd;

/** Serves requests of node:http itself, for servers that aren't Handlers. */
export type NodeRoute = (request: IncomingMessage, response: ServerResponse) => void;

/** Of a server of either version of HTTP. */
export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

export interface FrontDoorOptions {
  readonly listen: string;
  readonly port: number;
  readonly logger: Logger;
}

/** What stands behind the one HTTP port. Set once everything is open; until then it answers 503. */
export interface FrontDoorRoutes {
  /** Served by their own kind of server: `/v1`, `/graphql`, `/healthz`. */
  readonly api: NodeRoute;
  /** By the first segment of the path, which is cut off where `cut` says so. */
  readonly handlers: Readonly<Record<string, { readonly handler: Handler; readonly cut: boolean }>>;
  /** The identity provider, at `/identity`, which is cut off. */
  readonly identity: NodeRoute;
  /** Everything else: the console. */
  readonly console: NodeRoute;
  /** Applications, by host name; they alone are served websockets. */
  readonly applications: {
    /** Tells whether some application has a Host header's name, though it isn't one of the platform's. */
    owns(host: string | undefined): boolean;
    request(request: Incoming, response: Outgoing): void;
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    /** The certificate to show for a host; undefined: the Sovereign's own. */
    certificateFor(host: string): Promise<SecureContext | undefined>;
  };
  /** The Sovereign's own certificate, for its own names. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

/** The Sovereign's HTTP port. */
export interface FrontDoor {
  readonly port: number;
  /** `http://localhost:8700`: the one canonical origin, also the issuer. */
  readonly origin: string;
  open(routes: FrontDoorRoutes): void;
  close(): Promise<void>;
}

/** Paths of the API's own server. */
const apiSegments = new Set(["v1", "healthz", "readyz", "metrics"]);

/** Takes the port. Throws `http-port-in-use`. */
export async function takeFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  let routes: FrontDoorRoutes | undefined;
  let listeners: ReadonlyMap<string, { readonly listener: NodeRoute; readonly cut: boolean }> = new Map();
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const place = placeOf(request, port, routes);
    if (place === "unknown") return refuse(response, 421, "This address isn't one of this Sovereign's.");
    if (routes === undefined) return refuse(response, 503, "The Sovereign is starting.");
    if (place === "application") return routes.applications.request(request, response);
    const segment = (request.url ?? "/").split(/[/?]/, 2)[1] ?? "";
    const own = listeners.get(segment);
    const isPage = own === undefined && !apiSegments.has(segment);
    if (place === "loopback" && (isPage || isNavigation(request))) {
      response.writeHead(307, { location: `${origin}${request.url ?? "/"}` }).end();
    } else if (own !== undefined) {
      if (own.cut) request.url = (request.url ?? "/").slice(segment.length + 1).replace(/^(?!\/)/, "/");
      own.listener(request, response);
    } else if (isPage) routes.console(request, response);
    else routes.api(request, response);
  };
  // Elsewhere an upgrade is served as if it hadn't been asked for.
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    placeOf(request, port, routes) === "application" && mayUpgrade(request);
  const server = createServer({ requestTimeout: 0, shouldUpgradeCallback }, serve);
  // An application answers itself whether it wants the body that a caller holds back.
  server.on("checkContinue", (request, response) => {
    if (placeOf(request, port, routes) !== "application") response.writeContinue();
    serve(request, response);
  });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (routes === undefined) socket.destroy();
    else routes.applications.upgrade(request, socket, head);
  };
  server.on("upgrade", upgrade);
  const shared = sharePort(server, {
    ready: () => routes,
    request: (request, response) => {
      const place = placeOf(request, port, routes);
      if (place === "application") routes?.applications.request(request, response);
      else if (place === "unknown") refuse(response, 421, "This address isn't one of this Sovereign's.");
      else {
        // One plain origin (decision 0016): over TLS the Sovereign's own pages only lead there.
        response.statusCode = 307;
        response.setHeader("location", `${origin}${request.url ?? "/"}`);
        response.end();
      }
    },
    plainHttp2: (request, response) => {
      const place = placeOf(request, port, routes);
      if (place === "application") routes?.applications.request(request, response);
      else if (place === "unknown") refuse(response, 421, "This address isn't one of this Sovereign's.");
      else response.stream.close(http11Required);
    },
    shouldUpgradeCallback,
    upgrade,
  });
  const close = closing(server);
  const port = await listenOn(server, options);
  const origin = `http://localhost:${port}`;
  return {
    port,
    origin,
    open(opened) {
      routes = opened;
      const handlers = Object.entries(opened.handlers).map(
        ([segment, { handler, cut }]) =>
          [segment, { listener: nodeListener(handler, { logger: options.logger }), cut }] as const,
      );
      listeners = new Map([...handlers, ["identity", { listener: opened.identity, cut: true }]]);
    },
    close: () => {
      shared.close();
      return close();
    },
  };
}

type Place = "canonical" | "loopback" | "application" | "unknown";

/**
 * Where a Host header leads. Anything but our own names, and those that an application was given, is refused: no name
 * of another's leads here.
 */
function placeOf(request: Incoming, port: number, routes: FrontDoorRoutes | undefined): Place {
  const pseudo = request.headers[":authority"];
  const header = typeof pseudo === "string" ? pseudo : (request.headers.host ?? "");
  const [, name = "", given = "80"] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(header.toLowerCase()) ?? [];
  if (Number(given) === port) {
    if (name === "localhost") return "canonical";
    if (name === "127.0.0.1" || name === "[::1]" || name === request.socket.localAddress) return "loopback";
    if (name.endsWith(".localhost")) return "application";
  }
  return routes?.applications.owns(header) === true ? "application" : "unknown";
}

/** A person's browser going to a page, as against a program's request. */
function isNavigation(request: IncomingMessage): boolean {
  return (
    (request.method === "GET" || request.method === "HEAD") &&
    (request.headers.accept ?? "").includes("text/html")
  );
}

function refuse(response: Outgoing, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  if (status === 503) response.setHeader("retry-after", "1");
  response.end(`${text}\n`);
}

function listenOn(server: Server, { listen, port }: FrontDoorOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const inUse = error.code === "EADDRINUSE";
      const message = inUse
        ? `port ${port} is in use`
        : `can't listen at ${listen}:${port}: ${error.message}`;
      const isPort = inUse || error.code === "EACCES";
      reject(
        new CatalystError(inUse ? "http-port-in-use" : "http-listen-failed", message, {
          cause: error,
          hint: isPort
            ? "Choose another port with --port."
            : "Give an address of this machine with --listen.",
        }),
      );
    });
    server.listen(port, listen, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
