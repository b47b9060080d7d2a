import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import {
  asksUpgrade,
  type Headers,
  type Request,
  type Response,
  upgradeResponse,
  writeBody,
} from "@catalyst/ports/transport";

/** Headers that concern one connection alone (RFC 9110, 7.6.1), but for that which announces trailers. */
export const connectionHeaders = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
] as const;

/** Trailers aren't passed on here. */
const hopHeaders: ReadonlySet<string> = new Set([...connectionHeaders, "trailer"]);

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** The server a request is sent on to. */
export interface ForwardTarget {
  readonly host: string;
  readonly port: number;
  /** By TLS; the certificate isn't checked, as nobody issues one for such an address. */
  readonly secure?: boolean | undefined;
}

export interface ForwardOptions {
  /** The path and query asked for there; default: the request's. */
  readonly path?: string | undefined;
  /** The headers sent there; default: `forwardedHeaders`. */
  readonly headers?: Headers | undefined;
}

/**
 * Sends a request on to a server and gives its answer, both as streams; an upgrade goes through. Throws what the
 * connection throws.
 */
export async function forward(
  request: Request,
  target: ForwardTarget,
  options: ForwardOptions = {},
): Promise<Response> {
  const upgrade = asksUpgrade(request.headers) === undefined ? undefined : request.headers["upgrade"];
  const outgoing = (target.secure === true ? httpsRequest : httpRequest)({
    ...(target.secure === true ? { rejectUnauthorized: false } : upgrade === undefined ? { agent } : {}),
    host: target.host,
    port: target.port,
    method: request.method,
    path: options.path ?? request.path,
    headers: {
      ...(options.headers ?? forwardedHeaders(request)),
      ...framing(request),
      ...(upgrade === undefined ? {} : { connection: "upgrade", upgrade }),
    },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const answered = Promise.race([once(outgoing, "response"), once(outgoing, "upgrade")]);
  void writeBody(outgoing, request.body).catch((error: Error) => outgoing.destroy(error));
  const [incoming, socket, head] = (await answered) as [IncomingMessage, Duplex?, Buffer?];
  if (socket !== undefined) {
    const headers = {
      connection: "upgrade",
      upgrade: incoming.headers.upgrade ?? "",
      ...answerHeaders(incoming),
    };
    return upgradeResponse(headers, socket, head, request.signal);
  }
  const cookies = incoming.headers["set-cookie"];
  return {
    status: incoming.statusCode ?? 502,
    headers: answerHeaders(incoming),
    ...(cookies === undefined ? {} : { cookies }),
    body: incoming,
  };
}

function answerHeaders(incoming: IncomingMessage): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || hopHeaders.has(name) || name === "set-cookie") continue;
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

/** A body of unknown length is sent in chunks, whatever the method. */
function framing({ body, headers }: Request): Headers {
  const isOpen = body !== undefined && headers["content-length"] === undefined;
  return isOpen ? { "transfer-encoding": "chunked" } : {};
}

/** The caller's headers without those of its connection; who called, for the server to see. */
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
