import { ByteQueue } from "../byte-queue.ts";
import type { WebSocketConnection } from "./connection.ts";

/** First byte of a message that ends one channel, whose number follows (v5). */
const closeSignal = 255;

export interface ChannelsOptions {
  /** The channels that the caller may write to; what comes on others is passed over. */
  readonly readable: readonly number[];
  /** Messages are text: the channel's digit, and the bytes in base64. */
  readonly base64: boolean;
  /** The caller can end a channel without ending the connection. */
  readonly closable: boolean;
}

/** Several byte streams over one websocket: each message begins with the number of its channel. */
export class Channels {
  readonly #socket: WebSocketConnection;
  readonly #options: ChannelsOptions;
  readonly #queues: ReadonlyMap<number, ByteQueue>;

  constructor(socket: WebSocketConnection, options: ChannelsOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#queues = new Map(options.readable.map((channel) => [channel, new ByteQueue()]));
  }

  /** What comes on a channel that may be written to; ends with the channel or the connection. */
  read(channel: number): AsyncIterable<Uint8Array> {
    const queue = this.#queues.get(channel);
    if (queue === undefined) throw new Error(`channel ${channel} isn't one to read`);
    return queue.read();
  }

  /** Nobody reads a channel any more: what still comes on it is dropped, and holds nothing up. */
  ignore(channel: number): void {
    this.#queues.get(channel)?.close();
  }

  /** Sends bytes on a channel; resolves when there is room for more. */
  write(channel: number, data: Uint8Array): Promise<void> {
    if (this.#options.base64) return this.#socket.send(`${channel}${Buffer.from(data).toString("base64")}`);
    return this.#socket.send(Buffer.concat([Buffer.of(channel), data]));
  }

  /** Takes messages until the connection ends or isn't used as agreed. Never throws. */
  async serve(): Promise<void> {
    for await (const message of this.#socket.messages()) {
      if (message.length === 0) continue;
      if (this.#options.closable && message[0] === closeSignal) {
        if (message.length !== 2) break;
        this.#queues.get(message[1] ?? closeSignal)?.close();
        continue;
      }
      const channel = (message[0] ?? 0) - (this.#options.base64 ? "0".charCodeAt(0) : 0);
      const rest = message.subarray(1);
      const data = this.#options.base64 ? Buffer.from(rest.toString("latin1"), "base64") : rest;
      if (data.length > 0) await this.#queues.get(channel)?.push(data);
    }
    for (const queue of this.#queues.values()) queue.close();
  }

  close(): void {
    for (const queue of this.#queues.values()) queue.close();
    this.#socket.close();
  }
}
