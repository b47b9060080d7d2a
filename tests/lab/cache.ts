import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Gives the folder that holds what the lab built, by component and version, outside the checkout. */
export function cacheFolder(): string {
  return join(homedir(), ".cache", "catalyst-lab");
}

/** Gives the folder of one component's version: its programs and data files. */
export function componentFolder(name: string, version: string): string {
  return join(cacheFolder(), `${name}-${version}`);
}

/** Gives the folder of links to the current programs, for PATH. */
export function programFolder(): string {
  return join(cacheFolder(), "bin");
}

/**
 * Runs `work` while holding one of the cache's locks, waiting up to two hours for another build to end. The lock
 * is an SQLite transaction, so it ends with the process that holds it.
 */
export async function withCacheLock<T>(name: "lock" | "image-lock", work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheFolder(), { recursive: true });
  const lock = new DatabaseSync(join(cacheFolder(), name), { timeout: 2 * 60 * 60 * 1000 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return await work();
  } finally {
    lock.close();
  }
}
