import type { ObjectId, RepositoryRef } from "@catalyst/ports/git";
import { type GitFolder, readRecord, writeRecord } from "../folder.ts";

/** A webhook of a repository. */
export interface HookRecord {
  readonly id: number;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
  readonly active: boolean;
  /** RFC 3339. */
  readonly created: string;
  readonly updated: string;
  /** Where each ref stood in the last delivery that was received; what differs now is still to be told. */
  readonly delivered: Readonly<Record<string, ObjectId>>;
}

/** The webhooks of one repository, kept in a file inside it. Changes are made one after another. */
export class HookFile {
  readonly #folder: GitFolder;
  readonly #repository: RepositoryRef;
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: GitFolder, repository: RepositoryRef) {
    this.#folder = folder;
    this.#repository = repository;
  }

  async read(): Promise<readonly HookRecord[]> {
    return (await readRecord<HookRecord[]>(this.#path)) ?? [];
  }

  /** Replaces the list by what `change` makes of it. */
  update(change: (hooks: readonly HookRecord[]) => readonly HookRecord[]): Promise<void> {
    const done = this.#last.then(async () => writeRecord(this.#path, change(await this.read())));
    this.#last = done.catch(() => undefined);
    return done;
  }

  get #path(): string {
    return this.#folder.ownFile(this.#repository, "hooks.json");
  }
}
