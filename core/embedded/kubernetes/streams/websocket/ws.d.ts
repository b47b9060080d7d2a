import type { Duplex, Writable } from "node:stream";

/** What `ws` exports for others to build on, and its type definitions leave out. */
declare module "ws" {
  /** Takes frames' bytes; tells of messages by the events `message`, `ping`, `pong` and `conclude` (a close frame). */
  class Receiver extends Writable {
    constructor(options: {
      readonly isServer: boolean;
      /** The largest message (bytes). */
      readonly maxPayload: number;
      readonly allowSynchronousEvents: boolean;
    });
  }

  /** Writes frames to a connection. */
  class Sender {
    constructor(connection: Duplex, extensions?: Readonly<Record<string, unknown>>);
    send(
      data: Uint8Array | string,
      options: { readonly binary: boolean; readonly compress: boolean; readonly fin: boolean },
      sent?: (error?: Error) => void,
    ): void;
    pong(data: Uint8Array, mask: boolean, sent?: (error?: Error) => void): void;
    close(code: number, data: string, mask: boolean, sent?: (error?: Error) => void): void;
  }
}
