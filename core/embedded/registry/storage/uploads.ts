import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RegistryProblem } from "../protocol/problem.ts";
import { absent, type ContentStore, digestOfFile } from "./content.ts";
import { type ContentDigest, parseContentDigest } from "./content-digest.ts";

/** How long an untouched upload can be resumed. */
const uploadLifetime = 24 * 60 * 60 * 1000;

export interface UploadLimits {
  /** Largest blob, in bytes; more is refused (security case 33). */
  readonly maxBlobBytes: number;
}

/**
 * Blobs on their way in. An upload is one growing file whose size is the whole state; its name is bound to the
 * repository it was opened for. Once a part of it was acknowledged it is kept, so that it is resumed after a
 * restart; until then it is a temporary file, of which a killed registry leaves nothing.
 */
export class UploadStore {
  readonly #root: string;
  readonly #temporary: string;
  readonly #content: ContentStore;
  readonly #limits: UploadLimits;
  /** Uploads being written now: a second writer is refused rather than interleaved. */
  readonly #busy = new Set<string>();

  constructor(root: string, temporary: string, content: ContentStore, limits: UploadLimits) {
    this.#root = join(root, "uploads");
    this.#temporary = temporary;
    this.#content = content;
    this.#limits = limits;
  }

  /** Makes the folder and removes what nobody came back for. */
  async open(now: number): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    for (const entry of await readdir(this.#root)) {
      const path = join(this.#root, entry);
      const age = now - ((await stat(path).catch(absent))?.mtimeMs ?? now);
      if (age > uploadLifetime) await rm(path, { force: true });
    }
  }

  async begin(repository: string): Promise<string> {
    const upload = `${ownerMark(repository)}-${randomUUID()}`;
    await (await open(join(this.#temporary, upload), "wx", 0o600)).close();
    return upload;
  }

  /** Keeps what came so far over a restart: before it is acknowledged. */
  async keep(repository: string, upload: string): Promise<void> {
    const path = await this.#path(repository, upload);
    const kept = join(this.#root, upload);
    if (path !== kept) await rename(path, kept);
  }

  /** Bytes received so far. Throws BLOB_UPLOAD_UNKNOWN. */
  async size(repository: string, upload: string): Promise<number> {
    return (await stat(await this.#path(repository, upload)).catch(absent))?.size ?? unknown(upload);
  }

  async cancel(repository: string, upload: string): Promise<void> {
    await this.size(repository, upload);
    await rm(await this.#path(repository, upload), { force: true });
  }

  /** Appends and gives the new size. `start`: where the sender believes the data belongs. */
  async append(
    repository: string,
    upload: string,
    data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    start?: number,
  ): Promise<number> {
    return this.#alone(upload, async () => {
      let size = await this.size(repository, upload);
      if (start !== undefined && start !== size) {
        throw new RegistryProblem("RANGE_INVALID", `the next byte is ${size}, not ${start}`);
      }
      const file = await open(await this.#path(repository, upload), "a");
      try {
        for await (const chunk of data) {
          size += chunk.length;
          if (size > this.#limits.maxBlobBytes) {
            throw new RegistryProblem("SIZE_INVALID", `a blob may have ${this.#limits.maxBlobBytes} bytes`);
          }
          await file.writeFile(chunk);
        }
      } finally {
        await file.close();
      }
      return size;
    });
  }

  /** Ends an upload: the bytes must have this digest. Throws DIGEST_INVALID, and the upload is gone. */
  async finish(repository: string, upload: string, expected: string): Promise<ContentDigest> {
    const digest = parseContentDigest(expected);
    return this.#alone(upload, async () => {
      await this.size(repository, upload);
      const path = await this.#path(repository, upload);
      const actual = await digestOfFile(path, digest.algorithm);
      if (actual.text !== digest.text) {
        await rm(path, { force: true });
        throw new RegistryProblem(
          "DIGEST_INVALID",
          `the content's digest is ${actual.text}, not ${digest.text}`,
        );
      }
      const file = await open(path, "r");
      await file.sync().finally(() => file.close());
      await this.#content.adopt(digest, path);
      return digest;
    });
  }

  async #alone<T>(upload: string, run: () => Promise<T>): Promise<T> {
    if (this.#busy.has(upload)) {
      throw new RegistryProblem("BLOB_UPLOAD_INVALID", "this upload is being written by another request");
    }
    this.#busy.add(upload);
    try {
      return await run();
    } finally {
      this.#busy.delete(upload);
    }
  }

  async #path(repository: string, upload: string): Promise<string> {
    const wellFormed = /^[0-9a-f]{16}-[0-9a-f-]{36}$/.test(upload);
    if (!wellFormed || !upload.startsWith(`${ownerMark(repository)}-`)) unknown(upload);
    const kept = join(this.#root, upload);
    return (await stat(kept).catch(absent)) === undefined ? join(this.#temporary, upload) : kept;
  }
}

function ownerMark(repository: string): string {
  return createHash("sha256").update(repository).digest("hex").slice(0, 16);
}

function unknown(upload: string): never {
  throw new RegistryProblem("BLOB_UPLOAD_UNKNOWN", `there is no upload ${JSON.stringify(upload)}`);
}
