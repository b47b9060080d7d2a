import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import type { TLSSocket } from "node:tls";
import { openServer } from "@catalyst/adapter-http";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { openRegistry } from "@catalyst/embedded-registry";

/** What a guarded server asks for. */
export const login = { username: "ann", password: "open:sesame" } as const;

const authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;

/** A server of files, and the passwords it was shown since it was last asked. */
export interface FileServer {
  readonly url: string;
  /** By path: whether a password came with the request. */
  takeSeen(): readonly string[];
  close(): void;
}

export interface FileServerOptions {
  /** Serves nothing without the login. */
  readonly guarded?: boolean;
  /** Sends on to the same path there. */
  readonly redirect?: () => string;
  /** Serves over TLS; with `clientCa` nothing without a certificate of that authority. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
}

/** Serves the files of a folder by their names. */
export async function serveFiles(folder: string, options: FileServerOptions = {}): Promise<FileServer> {
  let seen: string[] = [];
  const { tls } = options;
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? "/";
    seen.push(`${path}${request.headers.authorization === undefined ? "" : " with a password"}`);
    if (options.redirect !== undefined)
      return response.writeHead(302, { location: options.redirect() + path }).end();
    if (options.guarded === true && request.headers.authorization !== authorization)
      return response.writeHead(401).end();
    if (tls?.clientCa !== undefined && !isVouchedFor(request)) return response.writeHead(403).end();
    const file = join(folder, basename(path));
    return existsSync(file) ? response.writeHead(200).end(readFileSync(file)) : response.writeHead(404).end();
  };
  const server: Server =
    tls === undefined
      ? createServer(listener)
      : createSecureServer(
          { cert: tls.cert, key: tls.key, ca: tls.clientCa, requestCert: true, rejectUnauthorized: false },
          listener,
        );
  await new Promise<void>((ready) => void server.listen(0, "127.0.0.1", () => ready()));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    takeSeen: () => {
      const taken = seen;
      seen = [];
      return taken;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function isVouchedFor(request: IncomingMessage): boolean {
  return (request.socket as TLSSocket).authorized;
}

/** A registry that serves nothing without the login, over TLS where a certificate is given. */
export async function serveRegistry(
  folder: string,
  tls?: { readonly cert: string; readonly key: string },
): Promise<{ readonly host: string; close(): Promise<void> }> {
  const { handler } = await openRegistry({
    folder,
    access: async () => "allowed",
    clock: systemClock,
    logger: silentLogger,
  });
  const guarded: typeof handler = async (request) =>
    request.headers["authorization"] === authorization
      ? handler(request)
      : { status: 401, headers: { "www-authenticate": 'Basic realm="charts"' }, json: { errors: [] } };
  const server = await openServer(guarded, { logger: silentLogger, ...(tls === undefined ? {} : { tls }) });
  return { host: `127.0.0.1:${server.port}`, close: () => server.close() };
}
