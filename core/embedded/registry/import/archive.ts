import { once } from "node:events";
import { posix } from "node:path";
import { CatalystError, errorMessage } from "@catalyst/base/errors";
import { Parser, type ReadEntry } from "tar";
import type { ContentStore } from "../storage/content.ts";
import type { ContentDigest } from "../storage/content-digest.ts";

/** A file of an image archive, already in the content store. */
export interface ArchivedFile {
  readonly digest: ContentDigest;
  readonly size: number;
  /** Begins with gzip's magic number. */
  readonly zipped: boolean;
}

/** An image archive's files by path. */
export interface ImageArchive {
  /** A file, through links inside the archive; undefined when there's none. */
  file(path: string): ArchivedFile | undefined;
  /** Reads a JSON file. Throws `image-invalid`. */
  json(path: string): Promise<unknown>;
}

export interface ArchiveLimits {
  /** Largest file in the archive, in bytes. */
  readonly maxFileBytes: number;
  /** Most entries: an image has a few dozen. */
  readonly maxEntries: number;
}

/** Links followed before a circle is assumed. */
const linkLimit = 8;
/** Largest JSON document read, in bytes. */
const jsonLimit = 4 * 1024 * 1024;

/**
 * Reads a tar stream (gzipped or not) file by file into the content store. Names are only names here: nothing
 * is unpacked by them, and a link leads nowhere but to another file of the archive (security cases 3–5).
 * Throws `image-invalid`.
 */
export async function readImageArchive(
  stream: AsyncIterable<Uint8Array>,
  content: ContentStore,
  limits: ArchiveLimits,
): Promise<ImageArchive> {
  const files = new Map<string, ArchivedFile>();
  const links = new Map<string, string>();
  let failure: unknown;
  let entries = 0;
  const pending: Promise<void>[] = [];
  const take = async (entry: ReadEntry): Promise<void> => {
    const path = cleanPath(entry.path);
    if (++entries > limits.maxEntries) throw imageInvalid(`it has more than ${limits.maxEntries} files`);
    if (entry.type === "SymbolicLink" || entry.type === "Link") {
      const from = entry.type === "Link" ? "" : posix.dirname(path);
      links.set(path, cleanPath(posix.join(from, entry.linkpath ?? "")));
    } else if (entry.type === "File" || entry.type === "OldFile" || entry.type === "ContiguousFile") {
      files.set(path, await store(entry, content, limits.maxFileBytes));
      return;
    }
    entry.resume();
  };
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      const taken = failure === undefined ? take(entry) : Promise.resolve(void entry.resume());
      pending.push(
        taken.catch((error: unknown) => {
          failure ??= error;
          entry.resume();
        }),
      );
    },
  });
  parser.on("error", (error: Error) => {
    failure ??= imageInvalid(`the archive is damaged: ${error.message}`);
  });
  await feed(parser, stream, () => failure !== undefined);
  await Promise.all(pending);
  if (failure !== undefined) throw asImageError(failure);
  return archiveOf(files, links, content);
}

/** Writes the stream into the parser no faster than entries are stored; returns once it has ended or failed. */
async function feed(parser: Parser, stream: AsyncIterable<Uint8Array>, failed: () => boolean): Promise<void> {
  let wake: () => void = () => undefined;
  for (const event of ["drain", "end", "error"] as const) parser.on(event, () => wake());
  const stirred = () => new Promise<void>((resolve) => (wake = resolve));
  for await (const chunk of stream) {
    if (failed()) return;
    const next = stirred();
    if (!parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) await next;
  }
  if (failed()) return;
  const ended = once(parser, "end");
  parser.end();
  await ended.catch(() => undefined);
}

async function store(entry: ReadEntry, content: ContentStore, limit: number): Promise<ArchivedFile> {
  let head = Buffer.alloc(0);
  async function* chunks(): AsyncIterable<Uint8Array> {
    for await (const chunk of entry as unknown as AsyncIterable<Buffer>) {
      if (head.length < 2) head = Buffer.concat([head, chunk.subarray(0, 2)]);
      yield chunk;
    }
  }
  const stored = await content.ingest(chunks(), limit);
  return { ...stored, zipped: head[0] === 0x1f && head[1] === 0x8b };
}

function archiveOf(
  files: ReadonlyMap<string, ArchivedFile>,
  links: ReadonlyMap<string, string>,
  content: ContentStore,
): ImageArchive {
  const file = (path: string): ArchivedFile | undefined => {
    let at = cleanPath(path);
    for (let hop = 0; hop < linkLimit; hop++) {
      const found = files.get(at);
      const target = links.get(at);
      if (found !== undefined || target === undefined) return found;
      at = target;
    }
    return undefined;
  };
  const json = async (path: string): Promise<unknown> => {
    const found = file(path);
    if (found === undefined) throw imageInvalid(`${path} is missing`);
    if (found.size > jsonLimit) throw imageInvalid(`${path} is larger than ${jsonLimit} bytes`);
    const bytes = await content.read(found.digest);
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      throw imageInvalid(`${path} is not JSON`);
    }
  };
  return { file, json };
}

function cleanPath(path: string): string {
  return posix.normalize(`/${path}`).slice(1);
}

/** The error for an archive that holds no image Catalyst can read. */
export function imageInvalid(what: string): CatalystError {
  return new CatalystError("image-invalid", `this is no image archive: ${what}`, {
    hint: "Make it with podman save or docker save.",
  });
}

function asImageError(error: unknown): unknown {
  return error instanceof CatalystError ? error : imageInvalid(errorMessage(error));
}
