import type { StreamChoice } from "@catalyst/ports/containers";
import type { Request, Response } from "@catalyst/ports/transport";
import { idleTimeout, type Offer, refusal } from "../offer.ts";
import { Channels } from "../websocket/channels.ts";
import { WebSocketConnection } from "../websocket/connection.ts";
import { acceptedProtocol, acceptHeaders, handshakeFault } from "../websocket/handshake.ts";
import { type Caller, printStatus, readSizes } from "./caller.ts";

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

interface Protocol {
  readonly base64: boolean;
  /** Statuses are JSON. */
  readonly jsonStatus: boolean;
  /** The caller can end its input. */
  readonly closable: boolean;
}

const protocols: Readonly<Record<string, Protocol>> = {
  "": { base64: false, jsonStatus: false, closable: false },
  "channel.k8s.io": { base64: false, jsonStatus: false, closable: false },
  "base64.channel.k8s.io": { base64: true, jsonStatus: false, closable: false },
  "v4.channel.k8s.io": { base64: false, jsonStatus: true, closable: false },
  "v4.base64.channel.k8s.io": { base64: true, jsonStatus: true, closable: false },
  "v5.channel.k8s.io": { base64: false, jsonStatus: true, closable: true },
};

/** Offers a command's streams as the channels of a websocket. */
export function byWebSocket(request: Request, choice: StreamChoice): Offer<Caller> | Response {
  const fault = handshakeFault(request);
  if (fault !== undefined) return refusal(400, fault, { "sec-websocket-version": "13" });
  const accepted = acceptedProtocol(request, protocols);
  if (accepted === undefined) return refusal(403, "");
  const { name, protocol } = accepted;
  return {
    headers: acceptHeaders(request, name),
    open: async (connection) => {
      const socket = await WebSocketConnection.open(connection, idleTimeout);
      const readable = [...(choice.stdin ? [channel.stdin] : []), channel.resize];
      const channels = new Channels(socket, { ...protocol, readable });
      const caller = callerOf(channels, choice, protocol);
      const first = choice.stdout ? channel.stdout : choice.stderr ? channel.stderr : channel.error;
      // An empty message tells the caller that the streams are there.
      await channels.write(first, new Uint8Array());
      return caller;
    },
  };
}

function callerOf(channels: Channels, choice: StreamChoice, protocol: Protocol): Caller {
  const gone = channels.serve();
  if (!choice.tty) channels.ignore(channel.resize);
  return {
    stdin: choice.stdin ? channels.read(channel.stdin) : undefined,
    stdout: choice.stdout ? (bytes) => channels.write(channel.stdout, bytes) : undefined,
    stderr: choice.stderr ? (bytes) => channels.write(channel.stderr, bytes) : undefined,
    sizes: choice.tty ? readSizes(channels.read(channel.resize)) : undefined,
    gone,
    finish: async (status) => {
      if (protocol.jsonStatus || status.status === "Failure")
        await channels.write(channel.error, printStatus(status, protocol.jsonStatus));
      channels.close();
    },
    close: () => channels.close(),
  };
}
