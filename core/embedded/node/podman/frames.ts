/**
 * Takes the streams apart that podman interleaves: each frame has a head of eight bytes, the stream's number
 * first and the length of what follows in the last four. Gives the content of output and error as they come.
 */
export async function* frameContents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const length = rest.readUInt32BE(4);
      if (rest.length < 8 + length) break;
      yield rest.subarray(8, 8 + length);
      rest = rest.subarray(8 + length);
    }
  }
}
