import { gzipSync } from "node:zlib";
import { Header, Pax } from "tar";

export interface TarFile {
  /** Path inside the archive. */
  readonly path: string;
  readonly data: Uint8Array;
}

const blockSize = 512;

/** Packs files as .tgz. The same files give the same bytes: fixed times, owners and modes, in the order given. */
export function packTgz(files: readonly TarFile[]): Uint8Array {
  const blocks = files.flatMap((file) => entry(file));
  const packed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]), { level: 9 });
  // Which operating system packed it shall not show.
  packed[9] = 0xff;
  return packed;
}

function entry({ path, data }: TarFile): Buffer[] {
  const header = new Header({
    path,
    mode: 0o644,
    size: data.length,
    mtime: new Date(0),
    type: "File",
    uid: 0,
    gid: 0,
  });
  const block = Buffer.alloc(blockSize);
  const needsPax = header.encode(block, 0);
  const extra = needsPax ? [new Pax({ path, size: data.length }).encode()] : [];
  return [
    ...extra,
    block,
    Buffer.from(data),
    Buffer.alloc((blockSize - (data.length % blockSize)) % blockSize),
  ];
}
