import type { ChildProcess } from "node:child_process";
import { CatalystError } from "@catalyst/base/errors";
import type { ObjectId } from "@catalyst/ports/git";
import type { GitProgram } from "./program.ts";

export interface ObjectInfo {
  readonly id: ObjectId;
  readonly type: "commit" | "tree" | "blob" | "tag";
  readonly size: number;
}

export interface StoredObject extends ObjectInfo {
  readonly bytes: Buffer;
}

interface Pending {
  readonly withContents: boolean;
  resolve(object: StoredObject | undefined): void;
  reject(error: unknown): void;
}

/**
 * Reads objects of one repository through one long-running `git cat-file`, since starting a process per object
 * costs milliseconds. Names are git's own (`<id>`, `<id>:path`, `refs/heads/main^{commit}`) and must be free of
 * line breaks; a name that isn't there gives undefined. Refs and new objects are seen as they appear.
 */
export class ObjectReader {
  readonly #child: ChildProcess;
  readonly #pending: Pending[] = [];
  #chunks: Buffer[] = [];
  #received = 0;
  /** Bytes to wait for before looking again: a large object isn't joined anew with each chunk. */
  #needed = 1;
  #failure: CatalystError | undefined;

  constructor(program: GitProgram, directory: string, environment: Readonly<Record<string, string>> = {}) {
    this.#child = program.start([`--git-dir=${directory}`, "cat-file", "--batch-command"], { environment });
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#received += chunk.length;
      if (this.#received >= this.#needed) this.#drain();
    });
    this.#child.stderr?.resume();
    this.#child.stdin?.on("error", () => undefined);
    this.#child.on("error", (cause) => this.#fail(ended(cause)));
    // git gives up over an object whose bytes aren't what they were
    this.#child.on("close", (code) => this.#fail(code === 128 ? damaged() : ended()));
  }

  /** Tells whether the process is still there to answer. */
  get usable(): boolean {
    return this.#failure === undefined;
  }

  info(name: string): Promise<ObjectInfo | undefined> {
    return this.#ask("info", name, false);
  }

  contents(name: string): Promise<StoredObject | undefined> {
    return this.#ask("contents", name, true);
  }

  close(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }

  #ask(command: string, name: string, withContents: boolean): Promise<StoredObject | undefined> {
    if (/[\n\0]/.test(name)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#pending.push({ withContents, resolve, reject });
      this.#child.stdin?.write(`${command} ${name}\n`);
    });
  }

  #drain(): void {
    let rest = Buffer.concat(this.#chunks);
    for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
      const end = rest.indexOf(10);
      if (end < 0) break;
      const header = /^([0-9a-f]{40,64}) (commit|tree|blob|tag) (\d+)$/.exec(rest.toString("utf8", 0, end));
      const size = Number(header?.[3] ?? 0);
      const hasBody = header !== null && next.withContents;
      const length = hasBody ? end + 1 + size + 1 : end + 1;
      this.#needed = length;
      if (rest.length < length) break;
      const bytes = Buffer.from(rest.subarray(end + 1, hasBody ? length - 1 : length));
      rest = rest.subarray(length);
      this.#needed = 1;
      this.#pending.shift();
      next.resolve(
        header === null
          ? undefined
          : { id: header[1] ?? "", type: header[2] as ObjectInfo["type"], size, bytes },
      );
    }
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#received = rest.length;
  }

  #fail(failure: CatalystError): void {
    this.#failure ??= failure;
    for (const pending of this.#pending.splice(0)) pending.reject(this.#failure);
  }
}

function ended(cause?: unknown): CatalystError {
  return new CatalystError("git-unavailable", "the repository's reader ended", { cause });
}

function damaged(): CatalystError {
  return new CatalystError("git-repository-damaged", "the repository is damaged: an object can't be read", {
    hint: "Restore the data folder from a backup; `git fsck` in the repository says more.",
  });
}
