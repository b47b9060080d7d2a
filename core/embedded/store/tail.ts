import { closeSync, existsSync, fdatasyncSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";

/** The last commit that was acknowledged: its sequence number and the chained checksum (32 bytes). */
export interface TailRecord {
  readonly sequence: number;
  readonly checksum: Uint8Array;
}

const magic = 0x43545431; // "CTT1"
const recordSize = 64;
const slotSize = 4096;

/**
 * The file that remembers, outside the database, what was acknowledged last. Two slots, each in a sector of
 * its own and written in turn, so that a write torn by a power cut leaves the other.
 */
export interface TailFile {
  /** Makes a record durable. */
  write(record: TailRecord): void;
  close(): void;
}

/** Reads the newest intact record. `undefined`: there is no file; `"unreadable"`: no slot is intact. */
export function readTail(path: string): TailRecord | "unreadable" | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const records = [0, slotSize].map((offset) => decode(bytes.subarray(offset, offset + recordSize)));
  const intact = records.filter((record) => record !== undefined);
  if (intact.length === 0) return "unreadable";
  return intact.reduce((a, b) => (a.sequence >= b.sequence ? a : b));
}

/** Opens the file for writing, making it (with a first record) when absent. */
export function openTail(path: string, first: TailRecord): TailFile {
  const isNew = !existsSync(path);
  const file = openSync(path, isNew ? "wx+" : "r+", 0o600);
  if (isNew) {
    writeSync(file, new Uint8Array(2 * slotSize), 0, 2 * slotSize, 0);
    writeSync(file, encode(first), 0, recordSize, 0);
    fsyncSync(file);
    syncFolder(dirname(path));
  }
  return {
    write: (record) => {
      writeSync(file, encode(record), 0, recordSize, (record.sequence % 2) * slotSize);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}

function syncFolder(dir: string): void {
  const folder = openSync(dir, "r");
  fsyncSync(folder);
  closeSync(folder);
}

function encode({ sequence, checksum }: TailRecord): Uint8Array {
  const bytes = Buffer.alloc(recordSize);
  bytes.writeUInt32BE(magic, 0);
  bytes.writeBigUInt64BE(BigInt(sequence), 8);
  bytes.set(checksum, 16);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 48)), 48);
  return bytes;
}

function decode(bytes: Buffer): TailRecord | undefined {
  if (bytes.length < recordSize || bytes.readUInt32BE(0) !== magic) return undefined;
  if (bytes.readUInt32BE(48) !== crc32(bytes.subarray(0, 48))) return undefined;
  return { sequence: Number(bytes.readBigUInt64BE(8)), checksum: Uint8Array.from(bytes.subarray(16, 48)) };
}
