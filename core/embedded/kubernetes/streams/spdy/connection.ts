import type { Duplex } from "node:stream";
import { CatalystError } from "@catalyst/base/errors";
import { IdleTimer } from "../idle-timer.ts";
import { type Frame, FrameWriter, readFrames, resetStatus } from "./frames.ts";
import { HeaderBlockReader } from "./header-block.ts";
import { SpdyStream, type StreamConnection } from "./stream.ts";

/** Streams that one connection may have open; a port-forward has two for each of its connections. */
const streamLimit = 4096;

/** How long the other end has to take what was sent last, once the connection closes (milliseconds). */
const closePatience = 10_000;

export interface SpdyServerOptions {
  /** Told of each new stream; false refuses it. */
  readonly accept: (stream: SpdyStream) => boolean;
  /** Milliseconds without any frame after which the connection is closed. */
  readonly idleTimeout: number;
}

/**
 * The server's end of a SPDY/3.1 connection, as far as Kubernetes' clients use the protocol: they open streams, and
 * nobody sends windows, settings or priorities that count. A reader that is far behind stops the connection's
 * reading, as upstream.
 */
export class SpdyServerConnection implements StreamConnection {
  readonly #connection: Duplex;
  readonly #options: SpdyServerOptions;
  readonly #writer = new FrameWriter();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #idle: IdleTimer;
  /** Told when the other end has taken what was sent. */
  readonly #waiting: (() => void)[] = [];
  /** The stream whose reader everything waits for. */
  #behind: SpdyStream | undefined;
  #goOn: () => void = () => undefined;
  #lastStream = 0;
  #isClosed = false;

  constructor(connection: Duplex, options: SpdyServerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#idle = new IdleTimer(options.idleTimeout, () => this.close());
    const goOn = () => {
      for (const sent of this.#waiting.splice(0)) sent();
    };
    connection
      .on("error", () => undefined)
      .on("drain", goOn)
      .on("close", goOn);
  }

  /** Serves until either end closes the connection, or the other doesn't keep to the protocol. Never throws. */
  async serve(): Promise<void> {
    const headerBlocks = new HeaderBlockReader();
    try {
      const chunks = this.#connection.iterator({ destroyOnReturn: false });
      for await (const frame of readFrames(chunks, headerBlocks)) {
        this.#idle.touch();
        if (frame.type === "goaway") break;
        await this.#take(frame);
      }
    } catch {
      // Broken, or not SPDY: over either way, which its streams' users see.
    } finally {
      headerBlocks.close();
      this.#end();
    }
  }

  /** Resets all streams, says goodbye and closes the connection once that is sent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stream of [...this.#streams.values()]) stream.destroy();
    this.#send({ type: "goaway", lastStream: this.#lastStream, status: 0 });
    this.#connection.end();
    const patience = setTimeout(() => this.#connection.destroy(), closePatience);
    patience.unref();
    this.#connection.once("close", () => clearTimeout(patience));
    this.#goOn();
  }

  sendData(stream: SpdyStream, data: Uint8Array, fin: boolean, sent: () => void): void {
    if (this.#send({ type: "data", stream: stream.id, data, fin }) || this.#connection.destroyed) sent();
    else this.#waiting.push(sent);
  }

  resume(stream: SpdyStream): void {
    if (this.#behind !== stream) return;
    this.#behind = undefined;
    this.#goOn();
  }

  closed(stream: SpdyStream, isReset: boolean): void {
    this.#streams.delete(stream.id);
    if (isReset) this.#send({ type: "rst-stream", stream: stream.id, status: resetStatus.cancel });
    this.resume(stream);
  }

  async #take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case "syn-stream":
        return this.#open(frame);
      case "data": {
        const stream = this.#streams.get(frame.stream);
        if (stream === undefined || stream.receive(frame.data, frame.fin)) return;
        this.#behind = stream;
        return this.#whenReady();
      }
      case "rst-stream":
        return this.#streams.get(frame.stream)?.abandon(streamReset());
      case "headers":
        if (frame.fin) this.#streams.get(frame.stream)?.receive(new Uint8Array(), true);
        return;
      case "ping":
        // An even number answers a ping of ours, of which there are none.
        if (frame.id % 2 === 1) this.#send(frame);
        return;
      default:
        return;
    }
  }

  #open({ stream: id, headers, fin }: Extract<Frame, { type: "syn-stream" }>): void {
    const isNew = id % 2 === 1 && id > this.#lastStream;
    if (isNew) this.#lastStream = id;
    if (!isNew || this.#streams.size >= streamLimit) {
      const status = isNew ? resetStatus.refusedStream : resetStatus.protocolError;
      this.#send({ type: "rst-stream", stream: id, status });
      return;
    }
    const stream = new SpdyStream(id, headers, this);
    this.#streams.set(id, stream);
    if (this.#options.accept(stream)) {
      this.#send({ type: "syn-reply", stream: id, headers: {}, fin: false });
      if (fin) stream.receive(new Uint8Array(), true);
    } else stream.destroy();
  }

  /** Waits until the reader that is behind has caught up, or the connection closes. */
  #whenReady(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#connection.off("close", done);
        this.#goOn = () => undefined;
        resolve();
      };
      this.#goOn = done;
      this.#connection.once("close", done);
    });
  }

  /** Writes a frame; false when the other end is slow to take it. */
  #send(frame: Frame): boolean {
    if (this.#connection.destroyed || this.#connection.writableEnded) return true;
    this.#idle.touch();
    let isRoom = true;
    for (const bytes of this.#writer.write(frame)) isRoom = this.#connection.write(bytes);
    return isRoom;
  }

  #end(): void {
    this.#isClosed = true;
    this.#idle.stop();
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.abandon(streamReset());
    // What is still to be sent goes out; what still comes is of no interest.
    this.#connection.resume();
    this.#connection.end();
  }
}

function streamReset(): CatalystError {
  return new CatalystError("stream-reset", "the other end of the stream is gone");
}
