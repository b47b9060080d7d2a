import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { CatalystError } from "@catalyst/base/errors";
import { archiveLimit } from "./tar.ts";

const deflate = promisify(gzip);
const inflate = promisify(gunzip);

/** Compresses, off the main thread. Level 1: an artifact is read a few times at most. */
export function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return deflate(bytes, { level: 1 });
}

/** Expands, off the main thread. Throws `archive-too-large` past `limit` bytes, `archive-invalid` otherwise. */
export async function expand(bytes: Uint8Array, limit: number = archiveLimit): Promise<Uint8Array> {
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new CatalystError("archive-too-large", `the archive unpacks to more than ${limit} bytes`, {
        cause,
      });
    }
    throw new CatalystError("archive-invalid", "this is not a valid gzip archive", { cause });
  }
}
