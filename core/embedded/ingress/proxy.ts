import { once } from "node:events";
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import type { Headers, Request, Response } from "@catalyst/ports/transport";

/** Headers that concern one connection alone (RFC 9110, 7.6.1). */
const hopHeaders: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Sends a request on to an address and gives its answer, both as streams. Throws what the connection throws. */
export async function forward(
  request: Request,
  target: { readonly host: string; readonly port: number },
): Promise<Response> {
  const outgoing = httpRequest({
    agent,
    host: target.host,
    port: target.port,
    method: request.method,
    path: request.path,
    headers: { ...forwardedHeaders(request), ...framing(request) },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const answered = once(outgoing, "response");
  void send(outgoing, request).catch((error: Error) => outgoing.destroy(error));
  const [incoming] = (await answered) as [IncomingMessage];
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || hopHeaders.has(name) || name === "set-cookie") continue;
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const cookies = incoming.headers["set-cookie"];
  return {
    status: incoming.statusCode ?? 502,
    headers,
    ...(cookies === undefined ? {} : { cookies }),
    body: incoming,
  };
}

/** A body of unknown length is sent in chunks, whatever the method. */
function framing({ body, headers }: Request): Headers {
  const isOpen = body !== undefined && headers["content-length"] === undefined;
  return isOpen ? { "transfer-encoding": "chunked" } : {};
}

/** The caller's headers without those of its connection; who called, for the application to see. */
export function forwardedHeaders(request: Pick<Request, "headers" | "remoteAddress">): Headers {
  const kept = Object.entries(request.headers).filter(
    ([name]) => !hopHeaders.has(name) && !name.startsWith("x-forwarded-"),
  );
  return {
    ...Object.fromEntries(kept),
    ...(request.remoteAddress === undefined ? {} : { "x-forwarded-for": request.remoteAddress }),
    "x-forwarded-host": request.headers["host"] ?? "",
    "x-forwarded-proto": "http",
  };
}

async function send(outgoing: ClientRequest, request: Request): Promise<void> {
  if (request.body === undefined) outgoing.end();
  else if (request.body instanceof Uint8Array) outgoing.end(request.body);
  else {
    for await (const chunk of request.body) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(chunk)) await Promise.race([once(outgoing, "drain"), once(outgoing, "close")]);
    }
    outgoing.end();
  }
}
