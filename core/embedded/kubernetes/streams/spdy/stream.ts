import { Duplex } from "node:stream";
import type { Headers } from "@catalyst/ports/transport";

/** What a stream asks of its connection. */
export interface StreamConnection {
  /** Sends data; `sent` is called when there is room for more. */
  sendData(stream: SpdyStream, data: Uint8Array, fin: boolean, sent: () => void): void;
  /** The stream's reader has taken what was waiting. */
  resume(stream: SpdyStream): void;
  /** Both directions are over; `isReset`: before they had come to their end. */
  closed(stream: SpdyStream, isReset: boolean): void;
}

/**
 * Bytes of one stream that may wait for its reader before the whole connection waits: the protocol as Kubernetes
 * speaks it has no windows of its own.
 */
const waitingLimit = 1024 * 1024;

/** The largest data frame that is sent (bytes). */
const frameLimit = 32 * 1024;

/** One stream of a SPDY connection. Each direction ends by itself; destroying it resets it. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #connection: StreamConnection;
  #isOver = false;

  constructor(id: number, headers: Headers, connection: StreamConnection) {
    super({ allowHalfOpen: true, readableHighWaterMark: waitingLimit, autoDestroy: true });
    this.id = id;
    this.headers = headers;
    this.#connection = connection;
    // Whoever reads or writes sees the error there; a stream that nobody looks at any more has nobody to tell.
    this.on("error", () => undefined);
  }

  /** Takes what came for it; false when its reader is behind. */
  receive(data: Uint8Array, fin: boolean): boolean {
    if (this.destroyed || this.readableEnded) return true;
    const isRoom = data.length === 0 || this.push(data);
    if (fin) this.push(null);
    return isRoom;
  }

  /** The other end has given it up, or the connection is gone: nothing more is said about it. */
  abandon(error?: Error): void {
    this.#isOver = true;
    this.destroy(error);
  }

  override _read(): void {
    this.#connection.resume(this);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const next = (offset: number) => {
      if (offset >= chunk.length || this.destroyed) return done();
      const piece = chunk.subarray(offset, offset + frameLimit);
      this.#connection.sendData(this, piece, false, () => next(offset + piece.length));
    };
    next(0);
  }

  override _final(done: () => void): void {
    this.#connection.sendData(this, new Uint8Array(), true, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const isWhole = this.readableEnded && this.writableFinished;
    this.#connection.closed(this, !isWhole && !this.#isOver);
    done(error);
  }
}
