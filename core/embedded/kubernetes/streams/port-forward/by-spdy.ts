import type { Duplex } from "node:stream";
import { idleTimeout, streamCreationTimeout } from "../offer.ts";
import { SpdyServerConnection } from "../spdy/connection.ts";
import type { SpdyStream } from "../spdy/stream.ts";
import { type Forward, type Forwarding, parsePort } from "./forwarding.ts";

/** Two streams that make one forwarded connection. */
interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
  readonly patience: NodeJS.Timeout;
}

/** Forwards connections over SPDY: the caller opens a data and an error stream for each, with the same request id. */
export function bySpdy(connection: Duplex): Forwarding {
  const pairs = new Map<string, Pair>();
  let begin: (one: Forward) => void = () => undefined;
  const server = new SpdyServerConnection(connection, {
    idleTimeout,
    accept: (stream) => {
      const type = stream.headers["streamtype"];
      const port = parsePort(stream.headers["port"] ?? "");
      if (port === undefined || (type !== "data" && type !== "error")) return false;
      const id = requestId(stream, type);
      const pair = pairs.get(id) ?? newPair(pairs, id);
      if (pair[type] !== undefined) return false;
      pair[type] = stream;
      const { data, error } = pair;
      if (data === undefined || error === undefined) return true;
      clearTimeout(pair.patience);
      pairs.delete(id);
      // The caller hears that its stream is accepted before anything comes on it.
      queueMicrotask(() => begin(forwardOf(port, data, error)));
      return true;
    },
  });
  return {
    serve: async (forward) => {
      begin = forward;
      await server.serve();
      for (const { patience } of pairs.values()) clearTimeout(patience);
    },
    close: () => server.close(),
  };
}

/** Callers of long ago give none: theirs are two streams in a row, the error stream first. */
function requestId({ headers, id }: SpdyStream, type: "data" | "error"): string {
  return headers["requestid"] ?? String(type === "error" ? id : id - 2);
}

function newPair(pairs: Map<string, Pair>, id: string): Pair {
  const patience = setTimeout(() => {
    pairs.delete(id);
    pair.error?.end(`timed out waiting for the streams of request ${id}`);
    pair.data?.destroy();
  }, streamCreationTimeout);
  const pair: Pair = { patience };
  pairs.set(id, pair);
  return pair;
}

function forwardOf(port: number, data: SpdyStream, error: SpdyStream): Forward {
  // The caller ends its side of the error stream at once; only when that was read does the stream end whole.
  error.resume();
  return {
    port,
    data,
    fail: (text) => {
      error.end(text);
      data.destroy();
    },
    finish: () => error.end(),
  };
}
