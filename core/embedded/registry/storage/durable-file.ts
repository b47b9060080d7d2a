import { randomUUID } from "node:crypto";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Files that are whole or absent after a crash: written beside, fsynced, renamed into place, and their
 * folder fsynced, so that an acknowledged write survives (security case 35).
 */
export class DurableFiles {
  readonly #root: string;
  readonly #known = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** A path for something being written; leftovers are removed at the next start. */
  temporary(): string {
    return join(this.#root, "temporary", randomUUID());
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = this.temporary();
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.place(temporary, path);
  }

  /** Moves an already fsynced file into place. */
  async place(from: string, to: string): Promise<void> {
    const folder = dirname(to);
    await this.ensureFolder(folder);
    await rename(from, to);
    await syncFolder(folder);
  }

  async ensureFolder(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    const created = await mkdir(folder, { recursive: true, mode: 0o700 });
    // A new folder is only there after a crash when its parent was fsynced.
    for (let at = folder; created !== undefined && at.length >= created.length; at = dirname(at)) {
      await syncFolder(dirname(at));
    }
    this.#known.add(folder);
  }
}

/** Fsyncs a folder's entries. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
