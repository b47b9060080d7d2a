import type { Headers } from "@catalyst/ports/transport";
import { type HeaderBlockReader, HeaderBlockWriter } from "./header-block.ts";
import { protocolError } from "./protocol-error.ts";

/** One frame of SPDY/3.1; of the kinds that aren't named here nothing is of use. */
export type Frame =
  | { readonly type: "syn-stream"; readonly stream: number; readonly headers: Headers; readonly fin: boolean }
  | { readonly type: "syn-reply"; readonly stream: number; readonly headers: Headers; readonly fin: boolean }
  | { readonly type: "rst-stream"; readonly stream: number; readonly status: number }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goaway"; readonly lastStream: number; readonly status: number }
  | { readonly type: "headers"; readonly stream: number; readonly headers: Headers; readonly fin: boolean }
  | { readonly type: "data"; readonly stream: number; readonly data: Uint8Array; readonly fin: boolean };

/** Why a stream is reset. */
export const resetStatus = { protocolError: 1, refusedStream: 3, cancel: 5 } as const;

const kinds = { "syn-stream": 1, "syn-reply": 2, "rst-stream": 3, ping: 6, goaway: 7, headers: 8 } as const;
const names = new Map<number, keyof typeof kinds>(
  Object.entries(kinds).map(([name, kind]) => [kind, name as keyof typeof kinds]),
);

const version = 3;
const controlBit = 0x8000_0000;
const finFlag = 1;
const headLength = 8;

/** The largest frame that isn't data (bytes); Kubernetes' clients send less than one thousand. */
const controlLimit = 64 * 1024;

/**
 * Reads frames from the bytes of a connection. Data comes as it arrives: a large frame is given in several pieces, of
 * which the last alone may be the stream's end. Ends with the bytes; throws `spdy-protocol`.
 */
export async function* readFrames(
  chunks: AsyncIterable<Uint8Array>,
  headerBlocks: HeaderBlockReader,
): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  let open: { readonly stream: number; readonly fin: boolean; left: number } | undefined;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    for (;;) {
      if (open !== undefined) {
        const data = rest.subarray(0, open.left);
        rest = rest.subarray(data.length);
        open.left -= data.length;
        const isWhole = open.left === 0;
        if (data.length > 0 || (isWhole && open.fin))
          yield { type: "data", stream: open.stream, data, fin: isWhole && open.fin };
        if (!isWhole) break;
        open = undefined;
      }
      if (rest.length < headLength) break;
      const first = rest.readUInt32BE(0);
      const [flags, length] = [rest.readUInt8(4), rest.readUIntBE(5, 3)];
      if (first < controlBit) {
        if (first === 0) throw protocolError("data is for no stream");
        open = { stream: first, fin: (flags & finFlag) !== 0, left: length };
        rest = rest.subarray(headLength);
        continue;
      }
      if (length > controlLimit) throw protocolError(`a frame is larger than ${controlLimit} bytes`);
      if (rest.length < headLength + length) break;
      const payload = rest.subarray(headLength, headLength + length);
      rest = rest.subarray(headLength + length);
      const frame = await readControl(first, flags, payload, headerBlocks);
      if (frame !== undefined) yield frame;
    }
  }
}

async function readControl(
  first: number,
  flags: number,
  payload: Buffer,
  headerBlocks: HeaderBlockReader,
): Promise<Frame | undefined> {
  if (((first >>> 16) & 0x7fff) !== version) throw protocolError("a frame isn't of SPDY/3");
  const type = names.get(first & 0xffff);
  if (type === undefined) return undefined;
  const needed = { "syn-stream": 10, "syn-reply": 4, "rst-stream": 8, ping: 4, goaway: 8, headers: 4 }[type];
  if (payload.length < needed) throw protocolError(`a ${type} frame is too short`);
  const id = payload.readUInt32BE(0);
  const number = id & 0x7fff_ffff;
  const fin = (flags & finFlag) !== 0;
  switch (type) {
    case "ping":
      return { type, id };
    case "goaway":
      return { type, lastStream: number, status: payload.readUInt32BE(4) };
    case "rst-stream":
      return { type, stream: number, status: payload.readUInt32BE(4) };
    default:
      return { type, stream: number, fin, headers: await headerBlocks.read(payload.subarray(needed)) };
  }
}

/** Writes the frames of one connection, in their order. */
export class FrameWriter {
  readonly #headerBlocks = new HeaderBlockWriter();

  /** The frame's bytes; what is long comes as it was given, not copied. */
  write(frame: Frame): readonly Uint8Array[] {
    if (frame.type !== "data") return [this.#control(frame)];
    const head = Buffer.alloc(headLength);
    head.writeUInt32BE(frame.stream, 0);
    head.writeUInt8(frame.fin ? finFlag : 0, 4);
    head.writeUIntBE(frame.data.length, 5, 3);
    return frame.data.length === 0 ? [head] : [head, frame.data];
  }

  #control(frame: Exclude<Frame, { type: "data" }>): Buffer {
    const payload = this.#payload(frame);
    const head = Buffer.alloc(headLength);
    head.writeUInt32BE(controlBit + version * 0x1_0000 + kinds[frame.type], 0);
    head.writeUInt8("fin" in frame && frame.fin ? finFlag : 0, 4);
    head.writeUIntBE(payload.length, 5, 3);
    return Buffer.concat([head, payload]);
  }

  #payload(frame: Exclude<Frame, { type: "data" }>): Buffer {
    switch (frame.type) {
      case "ping":
        return words(frame.id);
      case "goaway":
        return words(frame.lastStream, frame.status);
      case "rst-stream":
        return words(frame.stream, frame.status);
      case "syn-stream":
        // After the stream come the one it belongs to, its priority and a credential's slot: none of them is used.
        return Buffer.concat([
          words(frame.stream, 0),
          Buffer.alloc(2),
          this.#headerBlocks.write(frame.headers),
        ]);
      default:
        return Buffer.concat([words(frame.stream), this.#headerBlocks.write(frame.headers)]);
    }
  }
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
