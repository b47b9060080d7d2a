import { createHash } from "node:crypto";
import { CatalystError } from "@catalyst/base/errors";
import type { GitFetcher, GitFile } from "../git/fetcher.ts";

interface MemoryCommit {
  readonly message: string;
  readonly files: readonly GitFile[];
}

/** One repository in memory; counts the blobs that were read. */
export class MemoryGit implements GitFetcher {
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #commits = new Map<string, MemoryCommit>();
  readonly #refs = new Map<string, string>();
  blobsRead = 0;

  /** Makes a commit of these files and moves the branch to it. */
  commit(files: Readonly<Record<string, string>>, message = "change", branch = "main"): string {
    const all = Object.entries(files).map(([path, text]): GitFile => {
      const bytes = new TextEncoder().encode(text);
      const id = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
      this.#blobs.set(id, bytes);
      return { path, id, executable: false };
    });
    const id = createHash("sha1")
      .update(JSON.stringify([all, message, this.#commits.size]))
      .digest("hex");
    this.#commits.set(id, { message, files: all });
    this.#refs.set(`refs/heads/${branch}`, id);
    return id;
  }

  async resolve(_remote: unknown, reference: { readonly branch?: string | undefined }) {
    if (this.#refs.size === 0) return undefined;
    const ref = `refs/heads/${reference.branch ?? "master"}`;
    const commit = this.#refs.get(ref);
    if (commit === undefined) throw new CatalystError("git-ref-missing", `couldn't find remote ref "${ref}"`);
    return { commit, ref };
  }

  async snapshot(_remote: unknown, head: { readonly commit: string }) {
    return this.#commits.get(head.commit) as MemoryCommit;
  }

  async blobs(_remote: unknown, ids: readonly string[]) {
    this.blobsRead += ids.length;
    return new Map(ids.map((id) => [id, this.#blobs.get(id) as Uint8Array]));
  }
}
