import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

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

/** How long to wait for another build, and how long before asking again, in milliseconds. */
const waitLimit = 2 * 60 * 60 * 1000;
const pause = 250;

/** What SQLite says while another process holds the lock. */
const busy = 5;

/**
 * Runs `work` while holding one of the cache's locks, waiting up to two hours for another build to end. The lock
 * is an SQLite transaction, so it ends with the process that holds it.
 */
export async function withCacheLock<T>(name: "lock" | "image-lock", work: () => Promise<T>): Promise<T> {
  mkdirSync(cacheFolder(), { recursive: true });
  const lock = new DatabaseSync(join(cacheFolder(), name), { timeout: 0 });
  try {
    const limit = performance.now() + waitLimit;
    // SQLite's own waiting would keep this process from hearing signals and timers.
    while (!isTaken(lock, performance.now() > limit)) await sleep(pause);
    return await work();
  } finally {
    lock.close();
  }
}

function isTaken(lock: DatabaseSync, isLast: boolean): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { readonly errcode?: number }).errcode !== busy || isLast) throw error;
    return false;
  }
}
