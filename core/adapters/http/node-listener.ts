import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { CatalystError, describeError, isCatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { ClientCertificate, Handler, Headers, Request } from "@catalyst/ports/transport";
import { switchProtocols } from "./switch-protocols.ts";
import { writeResponse } from "./write-response.ts";

export interface ListenerOptions {
  readonly logger: Logger;
  /** Largest request body in bytes, streamed ones too; beyond it the answer is 413. Default: no limit. */
  readonly bodyLimit?: number | undefined;
  /** Cut from the front of every path, for a handler whose own paths begin at `/`; others are answered 404. */
  readonly basePath?: string | undefined;
}

/**
 * Makes a handler a request listener of `node:http` and `node:https`.
 *
 * The request's signal aborts when the connection closes before the answer is complete. A client certificate
 * is handed on only when the TLS layer verified it. What a handler throws becomes a 500 without details: they
 * go to the log.
 */
export function nodeListener(
  handler: Handler,
  options: ListenerOptions,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    void answer(handler, options, incoming, outgoing);
  };
}

/**
 * Makes a handler a listener of the `upgrade` event, for requests that ask to go on in another protocol. A handler
 * that answers anything else than an upgrade answers as to any request, and the connection ends with that.
 */
export function nodeUpgradeListener(
  handler: Handler,
  options: ListenerOptions,
): (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void {
  return (incoming, socket, head) => {
    // What was read together with the head belongs to the other protocol.
    if (head.length > 0) socket.unshift(head);
    const outgoing = new ServerResponse(incoming);
    outgoing.shouldKeepAlive = false;
    outgoing.assignSocket(socket as Socket);
    outgoing.once("finish", () => socket.end());
    void answer(handler, options, incoming, outgoing);
  };
}

async function answer(
  handler: Handler,
  options: ListenerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort(new CatalystError("http-disconnected", "the caller went away"));
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) leave();
  });
  outgoing.on("error", () => gone.abort());
  try {
    const request = readRequest(incoming, gone.signal, options);
    const response = await handler(request);
    if (response.upgrade === undefined) await writeResponse(outgoing, response, gone.signal);
    else switchProtocols(outgoing, response, leave);
  } catch (error) {
    if (!gone.signal.aborted) refuse(outgoing, error, options.logger, incoming);
  }
}

/** What the caller did wrong, by the error's code; anything else is our fault. */
const refusals: Readonly<Record<string, number>> = {
  "body-too-large": 413,
  "http-target-invalid": 400,
  "http-path-unknown": 404,
};

function refuse(outgoing: ServerResponse, error: unknown, logger: Logger, incoming: IncomingMessage): void {
  const status = isCatalystError(error) ? (refusals[error.code] ?? 500) : 500;
  if (status === 500) {
    const path = incoming.url?.split("?")[0];
    logger.error("request failed", { method: incoming.method, path, error: describeError(error) });
  }
  // Once the head is sent, only a broken connection tells the caller that the answer isn't whole.
  if (outgoing.headersSent) outgoing.destroy();
  else {
    const message = status === 500 ? "internal error" : (error as CatalystError).message;
    outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
    outgoing.end(`${message}\n`);
  }
}

function readRequest(incoming: IncomingMessage, signal: AbortSignal, options: ListenerOptions): Request {
  const path = pathBelow(options.basePath ?? "", incoming.url ?? "/");
  const certificate = clientCertificate(incoming);
  const remoteAddress = incoming.socket.remoteAddress;
  return {
    method: incoming.method ?? "GET",
    path,
    headers: plainHeaders(incoming),
    signal,
    ...(hasBody(incoming) ? { body: limited(incoming, options.bodyLimit) } : {}),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
  };
}

function pathBelow(basePath: string, target: string): string {
  if (!target.startsWith("/"))
    throw new CatalystError("http-target-invalid", "the request's target must be a path");
  if (basePath === "") return target;
  const rest = target.startsWith(basePath) ? target.slice(basePath.length) : undefined;
  if (rest === "" || rest?.startsWith("?")) return `/${rest}`;
  if (rest?.startsWith("/")) return rest;
  throw new CatalystError("http-path-unknown", "nothing is served at this path");
}

function hasBody(incoming: IncomingMessage): boolean {
  const length = incoming.headers["content-length"];
  return incoming.headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

function plainHeaders(incoming: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function limited(incoming: IncomingMessage, limit: number | undefined): AsyncIterable<Uint8Array> {
  if (limit === undefined) return incoming;
  const tooLarge = () => new CatalystError("body-too-large", `the body is larger than ${limit} bytes`);
  if (Number(incoming.headers["content-length"] ?? 0) > limit) throw tooLarge();
  return count(incoming, limit, tooLarge);
}

async function* count(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  tooLarge: () => CatalystError,
): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    yield chunk;
  }
}

function clientCertificate(incoming: IncomingMessage): ClientCertificate | undefined {
  const socket = incoming.socket as Partial<TLSSocket>;
  const der = socket.getPeerCertificate?.()?.raw;
  return der === undefined ? undefined : { der, isTrusted: socket.authorized === true };
}
