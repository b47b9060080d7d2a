import { Duplex } from "node:stream";
import type { Request, Response } from "@catalyst/ports/transport";
import { idleTimeout, type Offer, refusal } from "../offer.ts";
import { Channels } from "../websocket/channels.ts";
import { WebSocketConnection } from "../websocket/connection.ts";
import { acceptedProtocol, acceptHeaders } from "../websocket/handshake.ts";
import { type Forwarding, parsePort } from "./forwarding.ts";

const protocols: Readonly<Record<string, { readonly base64: boolean }>> = {
  "": { base64: false },
  "v4.channel.k8s.io": { base64: false },
  "v4.base64.channel.k8s.io": { base64: true },
};

/** Channels have one digit when they are written in text, and one byte at most. */
const portLimit = 127;

/** Reads the ports a caller names; what is wrong with them, in words. */
export function portsOf(given: readonly string[]): readonly number[] | string {
  if (given.length === 0) return 'query parameter "port" is required';
  const ports: number[] = [];
  for (const text of given.flatMap((each) => each.split(","))) {
    if (text === "") return 'query parameter "port" cannot be empty';
    const port = parsePort(text);
    if (port === undefined) return `unable to parse ${JSON.stringify(text)} as a port`;
    ports.push(port);
  }
  return ports.length > portLimit ? `at most ${portLimit} ports can be forwarded` : ports;
}

/**
 * Forwards one connection to each of some ports over the channels of a websocket: two channels a port, data and
 * errors, each of which begins with the port's number.
 */
export function byChannels(request: Request, ports: readonly number[]): Offer<Forwarding> | Response {
  const accepted = acceptedProtocol(request, protocols);
  if (accepted === undefined) return refusal(403, "");
  const { name, protocol } = accepted;
  return {
    headers: acceptHeaders(request, name),
    open: async (connection) => {
      const readable = ports.map((_port, index) => 2 * index);
      const socket = await WebSocketConnection.open(connection, idleTimeout);
      return forwardingOf(new Channels(socket, { ...protocol, readable, closable: false }), ports);
    },
  };
}

function forwardingOf(channels: Channels, ports: readonly number[]): Forwarding {
  return {
    serve: async (forward) => {
      const gone = channels.serve();
      let left = ports.length;
      const over = () => {
        left--;
        if (left === 0) channels.close();
      };
      for (const [index, port] of ports.entries()) {
        const [data, error] = [2 * index, 2 * index + 1];
        const number = Buffer.of(port & 0xff, port >> 8);
        await channels.write(data, number);
        await channels.write(error, number);
        forward({
          port,
          data: duplexOf(channels, data),
          fail: (text) => void channels.write(error, Buffer.from(text)).then(over),
          finish: over,
        });
      }
      await gone;
    },
    close: () => channels.close(),
  };
}

/** One channel as a connection; of its ends only the caller's is told, with the whole websocket's. */
function duplexOf(channels: Channels, channel: number): Duplex {
  const incoming = channels.read(channel)[Symbol.asyncIterator]();
  return new Duplex({
    allowHalfOpen: true,
    read() {
      incoming.next().then(
        ({ value, done }) => this.push(done === true ? null : value),
        (error: Error) => this.destroy(error),
      );
    },
    write(chunk: Buffer, _encoding, done) {
      channels.write(channel, chunk).then(() => done(), done);
    },
    destroy(error, done) {
      channels.ignore(channel);
      done(error);
    },
  });
}
