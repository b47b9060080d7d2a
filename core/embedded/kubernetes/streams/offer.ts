import type { Duplex } from "node:stream";
import type { Headers, Response } from "@catalyst/ports/transport";

/** How a connection goes on: what its head says, and what is made of it. */
export interface Offer<Streams> {
  readonly headers: Headers;
  /** Undefined when the caller doesn't do its part in time; the connection is closed then. */
  open(connection: Duplex): Promise<Streams | undefined>;
}

/** Milliseconds without traffic after which a connection is closed; the kubelet's. */
export const idleTimeout = 4 * 60 * 60 * 1000;

/** How long a caller has to open the streams it asked for (milliseconds); the kubelet's. */
export const streamCreationTimeout = 30_000;

/** A refusal of a handshake, in plain text as the kubelet's. */
export function refusal(status: number, text: string, headers: Headers = {}): Response {
  return {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff", ...headers },
    body: Buffer.from(text === "" ? "" : `${text}\n`),
  };
}

/** Tells whether a handshake was refused. */
export function isRefusal<Streams>(answer: Offer<Streams> | Response): answer is Response {
  return "status" in answer;
}
