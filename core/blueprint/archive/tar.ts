import { gzipSync } from "node:zlib";
import { CatalystError } from "@catalyst/base/errors";

/** Files by path with forward slashes, relative to a root. */
export type FileTree = ReadonlyMap<string, Uint8Array>;

const blockSize = 512;

/**
 * Packs files as a gzipped tar whose bytes depend on names and contents alone: sorted, owned by nobody,
 * dated at the epoch. It isn't compressed: what deflate makes of the same bytes differs between processors,
 * and a Blueprint's digest must not (blueprints.md, "pack").
 */
export function packTarGz(files: FileTree): Uint8Array {
  const zipped = gzipSync(packTar(files), { level: 0 });
  // Byte 9 of the header names the operating system; 255 is "unknown" (RFC 1952 §2.3.1).
  zipped[9] = 255;
  return zipped;
}

/** Packs files as a POSIX ustar archive. Throws `archive-name-too-long`. */
export function packTar(files: FileTree): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path) ?? new Uint8Array();
    blocks.push(header(path, content.length), content, padding(content.length));
  }
  blocks.push(new Uint8Array(2 * blockSize));
  return Buffer.concat(blocks);
}

function header(path: string, size: number): Uint8Array {
  const block = Buffer.alloc(blockSize);
  const { prefix, name } = splitName(path);
  block.write(name, 0, 100, "utf8");
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.fill(" ", 148, 156);
  block.write("0", 156);
  block.write("ustar\u000000", 257, "latin1");
  block.write(octal(0, 7), 329);
  block.write(octal(0, 7), 337);
  block.write(prefix, 345, 155, "utf8");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return block;
}

/** A ustar name has 100 bytes, and 155 more for the folders before it. */
function splitName(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: "", name: path };
  for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
    const prefix = path.slice(0, slash);
    const name = path.slice(slash + 1);
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  throw new CatalystError("archive-name-too-long", `the path ${path} is too long for an archive`);
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width, "0")}\u0000`;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((blockSize - (size % blockSize)) % blockSize);
}
