import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CatalystError } from "@catalyst/base/errors";
import { openFailure, resultCode } from "./failures.ts";

/** A folder that no other process uses while this is held. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes a data folder for this process by an exclusive SQLite transaction, which ends with the process
 * however that ends: no stale lock can be left behind. Throws `store-locked`, `store-unusable`, `store-full`.
 *
 * The file `owner` only tells people who has it; nothing is decided by it.
 */
export function lockFolder(dir: string): FolderLock {
  const owner = join(dir, "owner");
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(dir, "lock.db"));
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    writeFileSync(owner, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) throw locked(dir, owner);
    if (isNoDatabase(cause)) throw brokenLock(join(dir, "lock.db"));
    throw openFailure(dir, cause);
  }
  return { release: () => database.close() };
}

function locked(dir: string, owner: string): CatalystError {
  const pid = readPid(owner);
  const who = pid === undefined ? "another process" : `the process ${pid}`;
  return new CatalystError("store-locked", `the data folder ${dir} is in use by ${who}`, {
    place: { file: dir },
    details: pid === undefined ? {} : { pid },
    hint: "Stop that one first, or choose another folder.",
  });
}

function readPid(owner: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(owner, "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing is kept in it, so nothing of worth is lost; yet only a person can tell that nobody holds it. */
function brokenLock(file: string): CatalystError {
  return new CatalystError("store-unusable", `${file} isn't a lock any more: it was overwritten`, {
    place: { file },
    hint: "Make sure that no Sovereign runs on the folder, then remove that file; it holds no data.",
  });
}

function isNoDatabase(error: unknown): boolean {
  const code = resultCode(error);
  return code === 11 || code === 26;
}

function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === 5 || code === 6;
}
