import { createInflate, type Inflate } from "node:zlib";
import type { Headers } from "@catalyst/ports/transport";
import { headerDictionary } from "./dictionary.ts";
import { protocolError } from "./protocol-error.ts";

/** The largest header block once it is expanded (bytes): those of the protocols spoken here have a few dozen. */
const blockLimit = 64 * 1024;

/** Reads the header blocks of one connection, in their order: they are one compressed stream. */
export class HeaderBlockReader {
  readonly #inflate: Inflate = createInflate({ dictionary: headerDictionary() }).on("error", () => undefined);

  /** Gives a block's headers, names in lower case. Throws `spdy-protocol`. */
  async read(block: Uint8Array): Promise<Headers> {
    return parseHeaders(await this.#expand(block));
  }

  close(): void {
    this.#inflate.close();
  }

  #expand(block: Uint8Array): Promise<Buffer> {
    const inflate = this.#inflate;
    return new Promise((resolve, reject) => {
      const pieces: Buffer[] = [];
      let size = 0;
      const done = (error?: Error | null) => {
        inflate.off("data", take).off("error", done);
        if (error) reject(protocolError("a header block can't be expanded", error));
        else resolve(Buffer.concat(pieces));
      };
      const take = (piece: Buffer) => {
        size += piece.length;
        // A small block can expand to a huge one.
        if (size > blockLimit) done(new Error(`it is larger than ${blockLimit} bytes`));
        else pieces.push(piece);
      };
      inflate.on("data", take).once("error", done);
      inflate.write(block, done);
    });
  }
}

/** A block of nothing: Go's expander gives what it has only when it sees one, or needs bytes that aren't there yet. */
const flushMark = Buffer.of(0, 0, 0, 0xff, 0xff);

/**
 * Writes the header blocks of one connection. They are stored rather than compressed, which every expander takes: a
 * server's blocks are empty, and so a block is written without waiting.
 */
export class HeaderBlockWriter {
  #isFirst = true;

  write(headers: Headers): Buffer {
    const block = printHeaders(headers);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(block.length ^ 0xffff, 3);
    // The head of the compressed stream: deflate, a window of 32 KiB.
    const start = this.#isFirst ? [Buffer.of(0x78, 0x01)] : [];
    this.#isFirst = false;
    return Buffer.concat([...start, head, block, flushMark]);
  }
}

function printHeaders(headers: Headers): Buffer {
  const entries = Object.entries(headers);
  const pieces = [count(entries.length)];
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text);
    pieces.push(count(bytes.length), bytes);
  }
  return Buffer.concat(pieces);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function parseHeaders(block: Buffer): Headers {
  let offset = 0;
  const take = (length: number): Buffer => {
    if (offset + length > block.length) throw protocolError("a header block ends early");
    offset += length;
    return block.subarray(offset - length, offset);
  };
  const text = () => take(take(4).readUInt32BE(0)).toString("utf8");
  const headers: Record<string, string> = {};
  for (let left = take(4).readUInt32BE(0); left > 0; left--) {
    const name = text();
    if (name !== name.toLowerCase() || Object.hasOwn(headers, name))
      throw protocolError("a header's name is in upper case or there twice");
    headers[name] = text();
  }
  if (offset < block.length) throw protocolError("a header block has more than its headers");
  return headers;
}
