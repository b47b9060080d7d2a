import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { CatalystError, errorMessage } from "@catalyst/base/errors";

/** The error of a store that lost or altered what it had acknowledged. */
export function damaged(file: string, what: string): CatalystError {
  return new CatalystError("store-damaged", `${file} is damaged: ${what}`, {
    place: { file },
    hint: "Nothing was changed. Restore the data folder from a backup, or move it away to start empty.",
  });
}

/** The error of a write for which the disk had no space. */
export function full(file: string): CatalystError {
  return new CatalystError("store-full", `the disk of ${file} is full; nothing was written`, {
    place: { file },
    hint: "Free some space; what failed can then be tried again.",
  });
}

/** Tells what an error while opening a file means: a full disk, a file that can't be used, or damage. */
export function openFailure(file: string, error: unknown): CatalystError {
  if (error instanceof CatalystError) return error;
  if (isFull(file, error)) return full(file);
  const code = resultCode(error);
  if (code === 11 || code === 26) return damaged(file, errorMessage(error));
  return new CatalystError("store-unusable", `${file} can't be used: ${errorMessage(error)}`, {
    cause: error,
    place: { file },
    hint: "Make sure that this user may read and write the data folder, and that its disk works. Nothing was changed.",
  });
}

/** SQLite's primary result code; undefined for an error of another kind. */
export function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: number }).errcode;
  return code === undefined ? undefined : code & 0xff;
}

/** Least space with which SQLite can open a database: it makes an index of 32 KiB beside the write-ahead log. */
const leastSpace = 64 * 1024;

/** SQLite calls a failed write of its index an I/O error, so the disk itself is asked then. */
function isFull(file: string, error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT" || resultCode(error) === 13) return true;
  if (resultCode(error) !== 10) return false;
  const { bavail, bsize } = statfsSync(existsSync(file) ? file : dirname(file));
  return bavail * bsize < leastSpace;
}
