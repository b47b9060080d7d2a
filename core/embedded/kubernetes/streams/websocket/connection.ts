import type { Duplex } from "node:stream";
import { drained } from "@catalyst/ports/transport";
import type { Sender } from "ws";
import { IdleTimer } from "../idle-timer.ts";

/** The largest message taken (bytes); upstream's. */
const messageLimit = 32 * 1024 * 1024;

/** How long the other end has to close once we have (milliseconds). */
const closePatience = 10_000;

/** What a close frame says: the normal end of what the connection was for. */
const normalClosure = 1000;

/** The server's end of a websocket whose handshake is done. */
export class WebSocketConnection {
  readonly #connection: Duplex;
  readonly #frames: typeof import("ws");
  readonly #sender: Sender;
  readonly #idle: IdleTimer;
  #isClosing = false;

  /** Goes on with a connection; after `idleTimeout` milliseconds without traffic it is closed. */
  static async open(connection: Duplex, idleTimeout: number): Promise<WebSocketConnection> {
    // A server's start doesn't wait for what only a caller of streams needs.
    return new WebSocketConnection(await import("ws"), connection, idleTimeout);
  }

  private constructor(frames: typeof import("ws"), connection: Duplex, idleTimeout: number) {
    this.#connection = connection;
    this.#frames = frames;
    this.#sender = new frames.Sender(connection);
    this.#idle = new IdleTimer(idleTimeout, () => this.close());
    connection.on("error", () => undefined).once("close", () => this.#idle.stop());
  }

  /**
   * The messages as they come, whole; the next is read when one was dealt with. Ends with the connection, however
   * that ends. To be read by one reader, until its end.
   */
  async *messages(): AsyncGenerator<Buffer> {
    const options = { isServer: true, maxPayload: messageLimit, allowSynchronousEvents: true };
    const receiver = new this.#frames.Receiver(options);
    const waiting: Buffer[] = [];
    let isOver = false;
    receiver.on("message", (data: Buffer) => waiting.push(data));
    receiver.on("ping", (data: Buffer) => this.#whenOpen(() => this.#sender.pong(data, false)));
    receiver.on("conclude", () => {
      isOver = true;
    });
    receiver.on("error", () => {
      isOver = true;
    });
    try {
      for await (const chunk of this.#connection.iterator({ destroyOnReturn: false })) {
        this.#idle.touch();
        await new Promise<void>((resolve) => receiver.write(chunk, () => resolve()));
        yield* waiting.splice(0);
        if (isOver) break;
      }
    } catch {
      // Broken: over, as the reader sees.
    } finally {
      this.close();
    }
  }

  /** Sends a message, as text when it is a string; resolves when there is room for more, or nobody to send to. */
  async send(data: Uint8Array | string): Promise<void> {
    if (!this.#isOpen()) return;
    this.#idle.touch();
    const options = { binary: typeof data !== "string", compress: false, fin: true };
    this.#sender.send(data, options);
    if (this.#connection.writableNeedDrain) await drained(this.#connection);
  }

  /** Says that it is over, and closes the connection once that is sent. */
  close(): void {
    if (!this.#isOpen()) return;
    this.#isClosing = true;
    this.#idle.stop();
    this.#sender.close(normalClosure, "", false);
    this.#connection.end();
    const patience = setTimeout(() => this.#connection.destroy(), closePatience);
    patience.unref();
    this.#connection.once("close", () => clearTimeout(patience));
  }

  #whenOpen(act: () => void): void {
    if (this.#isOpen()) act();
  }

  #isOpen(): boolean {
    return !this.#isClosing && !this.#connection.destroyed && !this.#connection.writableEnded;
  }
}
