import type { Duplex } from "node:stream";

/** One connection to forward: the caller's end of it, and where what goes wrong is told. */
export interface Forward {
  readonly port: number;
  readonly data: Duplex;
  /** Tells why the connection couldn't be made, and gives it up. */
  fail(text: string): void;
  /** The connection came to its end. */
  finish(): void;
}

/** A caller that has connections forwarded. */
export interface Forwarding {
  /** Begins: told of each connection. Resolves when the caller is gone. */
  serve(forward: (one: Forward) => void): Promise<void>;
  /** Closes everything. */
  close(): void;
}

/** Reads a port's number; undefined when it is none. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 0xffff ? port : undefined;
}
