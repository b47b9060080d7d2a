import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { CatalystError } from "@catalyst/base/errors";
import type { Handler } from "@catalyst/ports/transport";
import { type ListenerOptions, nodeListener, nodeUpgradeListener } from "./node-listener.ts";
import { closing, mayUpgrade } from "./switch-protocols.ts";

/** PEM texts of a server's certificate and key, and of the authority its callers' certificates come from. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** With it, callers are asked for a certificate; one that it doesn't vouch for is passed on as such. */
  readonly clientCa?: string | undefined;
}

export interface ServerOptions extends ListenerOptions {
  /** The address to listen at; default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0, the default, takes a free port. */
  readonly port?: number | undefined;
  readonly tls?: ServerTls | undefined;
}

/** A server that listens. */
export interface ListeningServer {
  readonly port: number;
  /** Stops listening and closes every connection, upgraded ones too; streams under way are aborted. */
  close(): Promise<void>;
}

/** Serves a handler over HTTP or HTTPS. Throws `http-port-in-use` or `http-listen-failed`. */
export async function openServer(handler: Handler, options: ServerOptions): Promise<ListeningServer> {
  const server = makeServer(handler, options);
  const close = closing(server);
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, options.port)));
    server.listen(options.port ?? 0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close,
  };
}

function makeServer(handler: Handler, options: ServerOptions): Server {
  const listener = nodeListener(handler, options);
  // Uploads and watches last; a head that trickles in doesn't (Node's headersTimeout stays).
  const common = { requestTimeout: 0, keepAliveTimeout: 65_000, shouldUpgradeCallback: mayUpgrade };
  const upgradeListener = nodeUpgradeListener(handler, options);
  if (options.tls === undefined) return createServer(common, listener).on("upgrade", upgradeListener);
  const { cert, key, clientCa } = options.tls;
  const asking = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  return createSecureServer({ ...common, cert, key, ...asking }, listener).on("upgrade", upgradeListener);
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number | undefined): CatalystError {
  if (cause.code === "EADDRINUSE") {
    return new CatalystError("http-port-in-use", `port ${port} of ${host} is in use`, {
      cause,
      hint: "Stop what listens there or choose another port.",
      details: { host, port },
    });
  }
  return new CatalystError("http-listen-failed", `can't listen at ${host}:${port}: ${cause.code}`, { cause });
}
