import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { closing, mayUpgrade, nodeListener, nodeUpgradeListener } from "@catalyst/adapter-http";
import { CatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { Handler } from "@catalyst/ports/transport";

/** Serves requests of node:http itself, for servers that aren't Handlers. */
export type NodeRoute = (request: IncomingMessage, response: ServerResponse) => void;

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
  readonly applications: Handler;
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
  const { logger } = options;
  // Elsewhere an upgrade is served as if it hadn't been asked for.
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    routes !== undefined && placeOf(request, port) === "application" && mayUpgrade(request);
  const server = createServer({ requestTimeout: 0, shouldUpgradeCallback }, (request, response) => {
    const place = placeOf(request, port);
    if (place === "unknown") return refuse(response, 421, "This address isn't one of this Sovereign's.");
    if (routes === undefined) return refuse(response, 503, "The Sovereign is starting.");
    if (place === "application") return nodeListener(routes.applications, { logger })(request, response);
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
  });
  server.on("upgrade", (request, socket, head) => {
    if (routes !== undefined) nodeUpgradeListener(routes.applications, { logger })(request, socket, head);
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
          [segment, { listener: nodeListener(handler, { logger }), cut }] as const,
      );
      listeners = new Map([...handlers, ["identity", { listener: opened.identity, cut: true }]]);
    },
    close,
  };
}

type Place = "canonical" | "loopback" | "application" | "unknown";

/** Where a Host header leads. Anything but our own names is refused: no name of another's leads here. */
function placeOf(request: IncomingMessage, port: number): Place {
  const host = (request.headers.host ?? "").toLowerCase();
  const [, name = "", given = "80"] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host) ?? [];
  if (Number(given) !== port) return "unknown";
  if (name === "localhost") return "canonical";
  if (name === "127.0.0.1" || name === "[::1]" || name === request.socket.localAddress) return "loopback";
  return name.endsWith(".localhost") ? "application" : "unknown";
}

/** A person's browser going to a page, as against a program's request. */
function isNavigation(request: IncomingMessage): boolean {
  return (
    (request.method === "GET" || request.method === "HEAD") &&
    (request.headers.accept ?? "").includes("text/html")
  );
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      ...(status === 503 ? { "retry-after": "1" } : {}),
    })
    .end(`${text}\n`);
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
