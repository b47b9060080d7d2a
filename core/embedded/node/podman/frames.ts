/** A piece of what a process wrote. */
export interface OutputPiece {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/** The number of the error stream in a frame's head; podman also counts the input, 0, as output. */
const errorStream = 2;

/**
 * Takes the streams apart that podman interleaves: each frame has a head of eight bytes, the stream's number
 * first and the length of what follows in the last four. Gives output and error as they come.
 */
export async function* outputPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<OutputPiece> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const length = rest.readUInt32BE(4);
      if (rest.length < 8 + length) break;
      const stream = rest[0] === errorStream ? "stderr" : "stdout";
      if (length > 0) yield { stream, bytes: rest.subarray(8, 8 + length) };
      rest = rest.subarray(8 + length);
    }
  }
}

/** Gives the content of output and error as they come, as one. */
export async function* frameContents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of outputPieces(chunks)) yield bytes;
}
