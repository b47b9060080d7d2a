import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { TLSSocket } from "node:tls";
import { errorMessage } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { Handler, Headers, Request, Response } from "@catalyst/ports/transport";

export interface ListenerOptions {
  readonly logger: Logger;
  /** Cut from the front of every path: the handler's own paths begin at `/`. */
  readonly basePath?: string | undefined;
}

/** Serves a Handler on a socket: documents as JSON, streams of documents as JSON lines, bytes as they are. */
export function nodeListener(handler: Handler, options: ListenerOptions): RequestListener {
  return (message, answer) => {
    const abort = new AbortController();
    answer.on("close", () => abort.abort());
    serve(message, answer, abort.signal, handler, options).catch((error: unknown) => {
      if (!abort.signal.aborted)
        options.logger.error("request failed", {
          method: message.method,
          path: pathOnly(message),
          error: errorMessage(error),
        });
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(500, { "content-type": "application/json" }).end('{"message":"internal error"}');
    });
  };
}

/** Queries may hold tokens: they are never logged. */
function pathOnly(message: IncomingMessage): string {
  return message.url?.split("?")[0] ?? "/";
}

async function serve(
  message: IncomingMessage,
  answer: ServerResponse,
  signal: AbortSignal,
  handler: Handler,
  options: ListenerOptions,
): Promise<void> {
  const response = await handler(requestOf(message, signal, options.basePath ?? ""));
  await send(answer, response, message.method === "HEAD", signal);
}

function requestOf(message: IncomingMessage, signal: AbortSignal, basePath: string): Request {
  const path = (message.url ?? "/").slice(basePath.length);
  const certificate = message.socket instanceof TLSSocket ? message.socket.getPeerCertificate() : undefined;
  const proven =
    message.socket instanceof TLSSocket && message.socket.authorized ? certificate?.raw : undefined;
  const method = message.method ?? "GET";
  const hasBody =
    method !== "GET" &&
    method !== "HEAD" &&
    (message.headers["content-length"] !== "0" || message.headers["transfer-encoding"] !== undefined);
  return {
    method,
    path: path.startsWith("/") ? path : `/${path}`,
    headers: plainHeaders(message),
    ...(hasBody ? { body: message } : {}),
    signal,
    remoteAddress: message.socket.remoteAddress,
    ...(proven === undefined ? {} : { clientCertificate: proven }),
  };
}

function plainHeaders(message: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

async function send(
  answer: ServerResponse,
  response: Response,
  headOnly: boolean,
  signal: AbortSignal,
): Promise<void> {
  const headers: Record<string, string | number> = { ...response.headers };
  if (response.json !== undefined) {
    const text = JSON.stringify(response.json);
    headers["content-type"] ??= "application/json";
    headers["content-length"] = Buffer.byteLength(text);
    answer.writeHead(response.status, headers).end(headOnly ? undefined : text);
    return;
  }
  if (response.body instanceof Uint8Array) {
    headers["content-length"] ??= response.body.length;
    answer.writeHead(response.status, headers).end(headOnly ? undefined : response.body);
    return;
  }
  if (response.items !== undefined) headers["content-type"] ??= "application/json";
  answer.writeHead(response.status, headers);
  const stream = response.items === undefined ? response.body : jsonLines(response.items);
  if (headOnly || stream === undefined) {
    answer.end();
    return;
  }
  answer.flushHeaders();
  for await (const chunk of stream) {
    if (signal.aborted) return;
    if (!answer.write(chunk)) await drained(answer, signal);
  }
  answer.end();
}

async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield `${JSON.stringify(item)}\n`;
}

function drained(answer: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      answer.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    answer.on("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
