import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Answer, Exchange, Question } from "./exchange.ts";
import { headerRecord } from "./headers.ts";
import type { BodySink } from "./pump.ts";
import type { Address } from "./target.ts";

/** Milliseconds a connection without requests is kept. */
const idleTime = 60_000;

/** Opens an exchange in HTTP/2 without TLS, as one who knows that the application speaks it (RFC 9113, 3.3). */
export function openHttp2({ address, method, target, headers, hasBody, signal }: Question): Exchange {
  const { host, ...others } = headerRecord(headers);
  const asked: OutgoingHttpHeaders = {
    ...others,
    ":method": method,
    ":path": target,
    ":scheme": "http",
    ":authority": String(host ?? `${address.host}:${address.port}`),
    // Trailers are passed on here, and gRPC wants to be told so.
    te: "trailers",
  };
  const options = { endStream: !hasBody, waitForTrailers: hasBody, signal };
  const stream = connectionTo(address).request(asked, options);
  // Whoever waits is told; when nobody does, nobody has to know.
  stream.on("error", () => undefined);
  const response = once(stream, "response") as Promise<[IncomingHttpHeaders & { ":status"?: number }]>;
  return {
    body: withTrailers(stream),
    answer: response.then(([head]) => answerOf(stream, head)),
    mayGoOn: () => Promise.race([once(stream, "continue").then(() => true), response.then(() => false)]),
    destroy: (error) => stream.destroy(error),
  };
}

/** Connections by address, each for many requests at once. */
const connections = new Map<string, Connection>();

function connectionTo({ host, port }: Address): Connection {
  const name = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const known = connections.get(name);
  if (known !== undefined) return known;
  const connection: Connection = new Connection(name, () => {
    if (connections.get(name) === connection) connections.delete(name);
  });
  connections.set(name, connection);
  return connection;
}

/** A connection to an application, closed when nothing was asked for a while. */
class Connection {
  readonly #session: ClientHttp2Session;
  readonly #forget: () => void;
  #idle: NodeJS.Timeout | undefined;
  #open = 0;

  /** `forget` is called when it takes no more requests. */
  constructor(name: string, forget: () => void) {
    this.#forget = forget;
    // What goes wrong is told to the requests; the next one takes a new connection.
    this.#session = connect(`http://${name}`).on("error", forget).on("goaway", forget).on("close", forget);
    this.#session.unref();
  }

  request(head: OutgoingHttpHeaders, options: ClientSessionRequestOptions): ClientHttp2Stream {
    const stream = this.#session.request(head, options);
    clearTimeout(this.#idle);
    this.#open++;
    stream.once("close", () => {
      this.#open--;
      if (this.#open === 0) this.#idle = setTimeout(() => this.#end(), idleTime).unref();
    });
    return stream;
  }

  #end(): void {
    this.#forget();
    this.#session.close();
  }
}

/** A request's stream that sends trailers with its end, if there are any. */
function withTrailers(stream: ClientHttp2Stream): BodySink {
  let trailers: Record<string, string> = {};
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  return Object.assign(stream, {
    addTrailers: (added: Record<string, string>) => {
      trailers = added;
    },
  });
}

function answerOf(stream: ClientHttp2Stream, head: IncomingHttpHeaders & { ":status"?: number }): Answer {
  let rawTrailers: readonly string[] = [];
  stream.on("trailers", (trailers: IncomingHttpHeaders) => {
    rawTrailers = raw(trailers);
  });
  return {
    status: head[":status"] ?? 502,
    rawHeaders: raw(head),
    get rawTrailers() {
      return rawTrailers;
    },
    [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
  };
}

function raw(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((each) =>
      each === undefined ? [] : [name, String(each)],
    ),
  );
}
