import type { Duplex } from "node:stream";
import { Receiver, Sender } from "ws";

/** Headers that ask for a websocket. */
export function webSocketHeaders(...protocols: readonly string[]): Readonly<Record<string, string>> {
  return {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AQIDBAUGBwgJCgsMDQ4PEA==",
    ...(protocols.length === 0 ? {} : { "sec-websocket-protocol": protocols.join(", ") }),
  };
}

/** The client's end of a websocket, message by message. */
export class WebSocketClient {
  readonly #connection: Duplex;
  readonly #sender: Sender;
  readonly #messages: AsyncGenerator<Buffer>;
  /** The code of the server's close frame. */
  closeCode: number | undefined;

  constructor(connection: Duplex) {
    this.#connection = connection;
    this.#sender = new Sender(connection, {});
    this.#messages = this.#read();
  }

  /** Frames of clients are masked. */
  send(data: string | Uint8Array): void {
    const options = { binary: typeof data !== "string", compress: false, fin: true, mask: true };
    this.#sender.send(data, options);
  }

  /** The next message; undefined when the server has closed. */
  async next(): Promise<Buffer | undefined> {
    const { value, done } = await this.#messages.next();
    return done === true ? undefined : value;
  }

  /** Breaks the connection. */
  break(): void {
    this.#connection.destroy();
  }

  async *#read(): AsyncGenerator<Buffer> {
    const receiver = new Receiver({ isServer: false, maxPayload: 0, allowSynchronousEvents: true });
    const waiting: Buffer[] = [];
    receiver.on("message", (data: Buffer) => waiting.push(data));
    receiver.on("conclude", (code: number) => {
      this.closeCode = code;
    });
    for await (const chunk of this.#connection.iterator({ destroyOnReturn: false })) {
      await new Promise<void>((resolve) => receiver.write(chunk, () => resolve()));
      yield* waiting.splice(0);
    }
  }
}
