import { once } from "node:events";
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { CatalystError } from "@catalyst/base/errors";
import {
  type Headers,
  type Request,
  type Response,
  type Transport,
  upgradeResponse,
  writeBody,
} from "@catalyst/ports/transport";

export interface HttpTransportOptions {
  /** `http://` or `https://` address; a path in it is put before every request's path. */
  readonly baseUrl: string;
  /** Added to every request; a request's own header of the same name wins. */
  readonly headers?: Headers | undefined;
  /** PEM certificates that alone are trusted; default: the system's. */
  readonly ca?: string | undefined;
  /** The server's certificate isn't looked at. */
  readonly insecure?: boolean | undefined;
  /** The name that the server's certificate must be for; default: the address's host. */
  readonly serverName?: string | undefined;
  /** PEM certificate and key shown to the server. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Sends requests over HTTP/1.1 with kept-alive connections; body streams in both directions, and upgrades. Redirects are
 * answers like any other: following one could carry credentials to another host.
 */
export function httpTransport(options: HttpTransportOptions): Transport {
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/$/, "");
  const secure = base.protocol === "https:";
  const { ca, cert, key, insecure, serverName } = options;
  const agent = secure
    ? new HttpsAgent({
        keepAlive: true,
        ...(ca && { ca }),
        ...(cert && { cert }),
        ...(key && { key }),
        ...(insecure && { rejectUnauthorized: false }),
        ...(serverName && { servername: serverName }),
      })
    : new HttpAgent({ keepAlive: true });
  const send = secure ? httpsRequest : httpRequest;
  return {
    request: async (request) => {
      request.signal?.throwIfAborted();
      const body = request.json === undefined ? request.body : Buffer.from(JSON.stringify(request.json));
      const outgoing = send({
        agent,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ""),
        port: base.port,
        method: request.method,
        path: prefix + request.path,
        headers: requestHeaders(options.headers, request, body),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      return exchange(outgoing, body, request.signal, base);
    },
  };
}

function requestHeaders(
  common: Headers | undefined,
  request: Request,
  body: Request["body"],
): Record<string, string> {
  const headers: Record<string, string> = { ...common, ...request.headers };
  if (request.json !== undefined) headers["content-type"] ??= "application/json";
  // Said for every method: Node by itself frames no body of a DELETE.
  if (body instanceof Uint8Array) headers["content-length"] = String(body.length);
  else if (body !== undefined && headers["content-length"] === undefined)
    headers["transfer-encoding"] = "chunked";
  return headers;
}

async function exchange(
  outgoing: ClientRequest,
  body: Request["body"],
  signal: AbortSignal | undefined,
  base: URL,
): Promise<Response> {
  try {
    const answered = Promise.race([once(outgoing, "response"), once(outgoing, "upgrade")]);
    // A server may answer before it has read everything, and then close: its answer counts, not our write.
    void writeBody(outgoing, body).catch((error: Error) => outgoing.destroy(error));
    const [incoming, socket, head] = (await answered) as [IncomingMessage, Duplex?, Buffer?];
    if (socket !== undefined) return upgradeResponse(responseHeaders(incoming), socket, head, signal);
    return {
      status: incoming.statusCode ?? 0,
      headers: responseHeaders(incoming),
      ...cookiesOf(incoming),
      body: bodyOf(incoming, signal),
    };
  } catch (cause) {
    signal?.throwIfAborted();
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new CatalystError("transport-unreachable", `no answer from ${base.origin} (${code})`, { cause });
  }
}

function responseHeaders(incoming: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined && name !== "set-cookie")
      headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function cookiesOf(incoming: IncomingMessage): Pick<Response, "cookies"> {
  const cookies = incoming.headers["set-cookie"];
  return cookies === undefined ? {} : { cookies };
}

/** Ends when the signal aborts, as the interface promises; a connection lost otherwise throws. */
async function* bodyOf(
  incoming: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of incoming) yield chunk as Uint8Array;
  } catch (cause) {
    if (signal?.aborted) return;
    throw new CatalystError("transport-unreachable", "the connection was lost inside an answer", { cause });
  }
}
