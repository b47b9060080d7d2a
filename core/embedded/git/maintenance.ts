import type { Logger } from "@catalyst/base/logger";
import type { RepositoryRef } from "@catalyst/ports/git";
import type { GitFolder } from "./folder.ts";
import type { GitProgram } from "./program.ts";

/** Pushes to a repository between two looks at whether it needs packing; the first after a start is one. */
const pushesBetween = 256;

/** Loose objects from which a repository is packed: a push leaves about five. */
const looseObjects = 2000;

/**
 * Packs repositories that many small pushes have filled with loose objects. Runs beside reads and pushes, one
 * repository at a time, and may be killed at any moment.
 */
export class Maintenance {
  readonly #program: GitProgram;
  readonly #folder: GitFolder;
  readonly #logger: Logger;
  readonly #pushes = new Map<string, number>();
  readonly #closed = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(program: GitProgram, folder: GitFolder, logger: Logger) {
    this.#program = program;
    this.#folder = folder;
    this.#logger = logger;
  }

  /** Counts a push. */
  pushed(repository: RepositoryRef): void {
    const directory = this.#folder.directory(repository);
    const count = this.#pushes.get(directory) ?? 0;
    this.#pushes.set(directory, count + 1);
    if (count % pushesBetween === 0) this.#last = this.#last.then(() => this.#pack(repository, directory));
  }

  /** Ends what runs; resolves when it has ended. */
  close(): Promise<void> {
    this.#closed.abort();
    return this.#last;
  }

  async #pack(repository: RepositoryRef, directory: string): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    // the refs' logs say who pushed what: they are kept whatever their age
    const settings = [
      `gc.auto=${looseObjects}`,
      "gc.autoDetach=false",
      "gc.reflogExpire=never",
      "gc.reflogExpireUnreachable=never",
    ].flatMap((setting) => ["-c", setting]);
    try {
      await this.#program.run([`--git-dir=${directory}`, ...settings, "gc", "--auto", "--quiet"], { signal });
    } catch (error) {
      if (!signal.aborted) this.#logger.warn("packing a repository failed", { repository, error });
    }
  }
}
