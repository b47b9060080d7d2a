import type { Duplex } from "node:stream";
import { constants, createDeflate } from "node:zlib";
import type { Headers } from "@catalyst/ports/transport";
import { headerDictionary } from "../spdy/dictionary.ts";
import { type Frame, FrameWriter, readFrames } from "../spdy/frames.ts";
import { HeaderBlockReader } from "../spdy/header-block.ts";

/** Compresses header blocks as other programs do: one stream with the dictionary, flushed after each block. */
export class CompressedHeaders {
  readonly #deflate = createDeflate({ dictionary: headerDictionary(), level: 9 });

  async write(headers: Headers): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const take = (piece: Buffer) => pieces.push(piece);
    this.#deflate.on("data", take);
    this.#deflate.write(printed(headers));
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_SYNC_FLUSH, () => resolve()));
    this.#deflate.off("data", take);
    return Buffer.concat(pieces);
  }
}

function printed(headers: Headers): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const texts = Object.entries(headers)
    .flat()
    .map((text) => Buffer.from(text));
  return Buffer.concat([
    number(Object.keys(headers).length),
    ...texts.flatMap((text) => [number(text.length), text]),
  ]);
}

/** The client's end of a SPDY connection, frame by frame. */
export class SpdyClient {
  readonly #connection: Duplex;
  readonly #writer = new FrameWriter();
  readonly #frames: AsyncGenerator<Frame>;
  readonly #texts = new Map<number, string>();
  readonly #ended = new Set<number>();

  constructor(connection: Duplex) {
    this.#connection = connection;
    this.#frames = readFrames(connection.iterator({ destroyOnReturn: false }), new HeaderBlockReader());
  }

  send(frame: Frame): boolean {
    let isRoom = true;
    for (const bytes of this.#writer.write(frame)) isRoom = this.#connection.write(bytes);
    return isRoom;
  }

  open(stream: number, headers: Headers): void {
    this.send({ type: "syn-stream", stream, headers, fin: false });
  }

  write(stream: number, text: string | Uint8Array, fin = false): boolean {
    return this.send({ type: "data", stream, data: Buffer.from(text), fin });
  }

  /** The next frame; undefined when the server has closed. */
  async next(): Promise<Frame | undefined> {
    const { value, done } = await this.#frames.next();
    return done === true ? undefined : value;
  }

  /** All that comes on a stream until its end; what comes on others meanwhile is kept for them. */
  async text(stream: number): Promise<string> {
    while (!this.#ended.has(stream)) {
      const frame = await this.next();
      if (frame === undefined) return `${this.#texts.get(stream) ?? ""}<closed>`;
      if (frame.type === "rst-stream") this.#take(frame.stream, "<reset>", true);
      if (frame.type === "data") this.#take(frame.stream, Buffer.from(frame.data).toString(), frame.fin);
    }
    return this.#texts.get(stream) ?? "";
  }

  #take(stream: number, text: string, isLast: boolean): void {
    if (!this.#ended.has(stream)) this.#texts.set(stream, (this.#texts.get(stream) ?? "") + text);
    if (isLast) this.#ended.add(stream);
  }

  /** Breaks the connection. */
  break(): void {
    this.#connection.destroy();
  }
}
