import type { Duplex } from "node:stream";

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** A certificate whose key the caller proved to have on a TLS connection. */
export interface ClientCertificate {
  readonly der: Uint8Array;
  /** Whether the authority that the listener asks for vouches for it; another one's is the server's to judge. */
  readonly isTrusted: boolean;
}

/**
 * One request of any HTTP-shaped protocol (Kubernetes, Gitea, OCI, Vault, Git).
 *
 * `path` starts with `/` and carries the query. A body is bytes, a stream of bytes, or `json`: a value the
 * other end may read without parsing when both share a process. A value handed over this way belongs to
 * nobody: neither side may change it.
 */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly json?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The caller's address when the request came over a socket; absent in process. */
  readonly remoteAddress?: string | undefined;
  /** Absent where the caller showed none. */
  readonly clientCertificate?: ClientCertificate | undefined;
}

/**
 * The answer. Exactly one of `json`, `items`, `body`, `upgrade` is set, or none for an empty answer.
 *
 * `json` is a whole document; `items` a stream of documents (a watch); `body` bytes. In process they pass as
 * they are; a socket sees JSON, JSON lines, bytes. `items` and `body` streams end when the request's signal
 * aborts, and their `return()` frees what they hold.
 */
export interface Response {
  readonly status: number;
  readonly headers: Headers;
  /** Set-Cookie lines, when there are several: they can't be joined like other headers. */
  readonly cookies?: readonly string[] | undefined;
  readonly json?: unknown;
  readonly items?: AsyncIterable<unknown> | undefined;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /**
   * With status 101, and only when the request's headers asked for it (`asksUpgrade`): takes the connection over
   * for the protocol that the headers name. It is called once the head is sent, with the bytes that follow it, and
   * not at all when the caller has gone by then; the request's signal aborts when the connection closes.
   */
  readonly upgrade?: ((connection: Duplex) => void) | undefined;
}

/**
 * A protocol's server side, and the only thing an embedded server is: sockets come from `adapters/http`.
 * It authenticates by the request's headers, whoever calls. It answers protocol errors as responses and
 * throws only on a bug.
 */
export type Handler = (request: Request) => Promise<Response>;

/**
 * A protocol's client side: sends a request to one base address and gives the answer, whatever its status.
 * Throws `transport-unreachable` when there is no answer, and the signal's reason when aborted.
 * Over HTTP it is `httpTransport` (`adapters/http`); in process it is the server's Handler itself (`inProcess`).
 */
export interface Transport {
  request(request: Request): Promise<Response>;
}

/** Calls a handler in the same process; `headers` (credentials) are added to every request. */
export function inProcess(handler: Handler, headers: Headers = {}): Transport {
  return {
    request: (request) => handler({ ...request, headers: { ...headers, ...request.headers } }),
  };
}
