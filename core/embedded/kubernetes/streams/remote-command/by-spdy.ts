import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { ByteSink, StreamChoice } from "@catalyst/ports/containers";
import type { Request, Response } from "@catalyst/ports/transport";
import { idleTimeout, type Offer, streamCreationTimeout } from "../offer.ts";
import { SpdyServerConnection } from "../spdy/connection.ts";
import { spdyHandshake } from "../spdy/handshake.ts";
import type { SpdyStream } from "../spdy/stream.ts";
import { type Caller, printStatus, readSizes } from "./caller.ts";

/** What a caller may speak: v3 brought sizes of terminals, v4 statuses as JSON. */
const protocols = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"] as const;

type StreamType = "error" | "stdin" | "stdout" | "stderr" | "resize";

/** Offers a command's streams as those of a SPDY connection, which the caller opens. */
export function bySpdy(request: Request, choice: StreamChoice): Offer<Caller> | Response {
  const handshake = spdyHandshake(request, protocols);
  if ("status" in handshake) return handshake;
  const { protocol, headers } = handshake;
  const canResize = protocol === "v4.channel.k8s.io" || protocol === "v3.channel.k8s.io";
  const expected = new Set<StreamType>(["error"]);
  for (const type of ["stdin", "stdout", "stderr"] as const) if (choice[type]) expected.add(type);
  if (choice.tty && canResize) expected.add("resize");
  return {
    headers,
    open: (connection) => open(connection, expected, protocol === "v4.channel.k8s.io"),
  };
}

async function open(
  connection: Duplex,
  expected: ReadonlySet<StreamType>,
  jsonStatus: boolean,
): Promise<Caller | undefined> {
  const streams = new Map<StreamType, SpdyStream>();
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  const server = new SpdyServerConnection(connection, {
    idleTimeout,
    accept: (stream) => {
      const type = stream.headers["streamtype"] as StreamType;
      if (!expected.has(type) || streams.has(type)) return false;
      streams.set(type, stream);
      if (streams.size === expected.size) resolve();
      return true;
    },
  });
  const gone = server.serve();
  const patience = setTimeout(resolve, streamCreationTimeout);
  await Promise.race([complete, gone]);
  clearTimeout(patience);
  if (streams.size < expected.size) {
    server.close();
    return undefined;
  }
  // The caller ends its side of what only we write to; that has to be read, too.
  for (const type of ["error", "stdout", "stderr"] as const) streams.get(type)?.resume();
  return callerOf(server, streams, gone, jsonStatus);
}

function callerOf(
  server: SpdyServerConnection,
  streams: ReadonlyMap<StreamType, SpdyStream>,
  gone: Promise<void>,
  jsonStatus: boolean,
): Caller {
  const sink = (stream: SpdyStream | undefined) => (stream === undefined ? undefined : sinkOf(stream));
  const resize = streams.get("resize");
  return {
    stdin: streams.get("stdin"),
    stdout: sink(streams.get("stdout")),
    stderr: sink(streams.get("stderr")),
    sizes: resize === undefined ? undefined : readSizes(resize),
    gone,
    finish: async (status) => {
      const error = streams.get("error");
      if (error !== undefined && (jsonStatus || status.status === "Failure"))
        await sinkOf(error)(printStatus(status, jsonStatus));
      await Promise.all(["stdout", "stderr", "error"].map((type) => ended(streams.get(type as StreamType))));
      server.close();
    },
    close: () => server.close(),
  };
}

function sinkOf(stream: SpdyStream): ByteSink {
  return (bytes) =>
    new Promise((resolve) => {
      if (stream.destroyed) resolve();
      else stream.write(bytes, () => resolve());
    });
}

/** Ends what we write to a stream; resolves when that is sent. */
async function ended(stream: SpdyStream | undefined): Promise<void> {
  if (stream === undefined || stream.destroyed || stream.writableFinished) return;
  stream.end();
  await Promise.race([once(stream, "finish"), once(stream, "close")]).catch(() => undefined);
}
