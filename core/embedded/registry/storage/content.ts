import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RegistryProblem } from "../protocol/problem.ts";
import type { ByteRange } from "../protocol/range.ts";
import { type ContentDigest, digestFrom } from "./content-digest.ts";
import type { DurableFiles } from "./durable-file.ts";

/** Bytes by digest, each stored once for all repositories. Who may read them is the repositories' matter. */
export class ContentStore {
  readonly #root: string;
  readonly #files: DurableFiles;

  constructor(root: string, files: DurableFiles) {
    this.#root = join(root, "content");
    this.#files = files;
  }

  path(digest: ContentDigest): string {
    return join(this.#root, digest.algorithm, digest.hex.slice(0, 2), digest.hex);
  }

  /** Size in bytes; undefined when it isn't there. */
  async size(digest: ContentDigest): Promise<number | undefined> {
    return (await stat(this.path(digest)).catch(absent))?.size;
  }

  async read(digest: ContentDigest): Promise<Uint8Array | undefined> {
    return readFile(this.path(digest)).catch(absent);
  }

  stream(digest: ContentDigest, range?: ByteRange): AsyncIterable<Uint8Array> {
    return createReadStream(
      this.path(digest),
      range === undefined ? {} : { start: range.start, end: range.end },
    );
  }

  async put(digest: ContentDigest, bytes: Uint8Array): Promise<void> {
    if ((await this.size(digest)) === bytes.length) return;
    await this.#files.write(this.path(digest), bytes);
  }

  /** Stores a stream and gives its digest. Throws SIZE_INVALID past `limit` bytes, and nothing is kept. */
  async ingest(
    chunks: AsyncIterable<Uint8Array>,
    limit: number,
  ): Promise<{ readonly digest: ContentDigest; readonly size: number }> {
    const temporary = this.#files.temporary();
    const hash = createHash("sha256");
    const file = await open(temporary, "wx", 0o600);
    let size = 0;
    try {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > limit) throw new RegistryProblem("SIZE_INVALID", `more than ${limit} bytes were sent`);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    const digest = digestFrom(hash, "sha256");
    await this.adopt(digest, temporary);
    return { digest, size };
  }

  /** Takes over a finished, fsynced file whose digest was checked. */
  async adopt(digest: ContentDigest, file: string): Promise<void> {
    await this.#files.place(file, this.path(digest));
  }
}

/** Digests a file without holding it in memory. */
export async function digestOfFile(
  path: string,
  algorithm: ContentDigest["algorithm"],
): Promise<ContentDigest> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(chunk);
  return digestFrom(hash, algorithm);
}

/** Turns "no such file" into undefined and rethrows everything else. */
export function absent(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") return undefined;
  throw error;
}
