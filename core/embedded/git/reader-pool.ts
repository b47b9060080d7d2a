import type { Clock } from "@catalyst/base/clock";
import type { RepositoryRef } from "@catalyst/ports/git";
import type { GitFolder } from "./folder.ts";
import type { GitProgram } from "./program.ts";
import { RepositoryReader } from "./repository-reader.ts";

/** How long an unused reader is kept: a burst of reads shares one process, an idle host has none. */
const idleMilliseconds = 5000;

interface Kept {
  readonly reader: RepositoryReader;
  users: number;
  lastUse: number;
}

/** Shares readers between requests, at most one per repository. */
export class ReaderPool {
  readonly #program: GitProgram;
  readonly #folder: GitFolder;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(program: GitProgram, folder: GitFolder, clock: Clock) {
    this.#program = program;
    this.#folder = folder;
    this.#clock = clock;
  }

  async use<T>(repository: RepositoryRef, read: (reader: RepositoryReader) => Promise<T>): Promise<T> {
    const key = this.#folder.directory(repository);
    const kept = this.#keep(key);
    kept.users++;
    try {
      return await read(kept.reader);
    } finally {
      kept.users--;
      kept.lastUse = this.#clock.now();
      void this.#closeLater(key, kept);
    }
  }

  /** Ends a repository's reader: it is being deleted. */
  forget(repository: RepositoryRef): void {
    this.#close(this.#folder.directory(repository));
  }

  close(): void {
    for (const key of [...this.#kept.keys()]) this.#close(key);
  }

  #keep(key: string): Kept {
    const found = this.#kept.get(key);
    if (found?.reader.objects.usable) return found;
    const made = { reader: new RepositoryReader(this.#program, key), users: 0, lastUse: 0 };
    this.#kept.set(key, made);
    return made;
  }

  async #closeLater(key: string, kept: Kept): Promise<void> {
    const { lastUse } = kept;
    await this.#clock.sleep(idleMilliseconds);
    if (kept.users === 0 && kept.lastUse === lastUse && this.#kept.get(key) === kept) this.#close(key);
  }

  #close(key: string): void {
    this.#kept.get(key)?.reader.close();
    this.#kept.delete(key);
  }
}
