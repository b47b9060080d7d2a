import { CatalystError } from "@catalyst/base/errors";
import { Header, Parser, Pax, type ReadEntry } from "tar";

/** One regular file of an archive. */
export interface ArchiveFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** Most bytes an archive may unpack to: 100 MiB (security case 7). */
export const archiveLimit = 100 * 1024 * 1024;

const block = 512;
const epoch = new Date(0);

/** Writes files as a tar: the same files always give the same bytes. Folders come with their first file. */
export function writeTar(files: readonly ArchiveFile[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  const folders = new Set<string>();
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const names = file.path.split("/");
    for (let depth = 1; depth < names.length; depth++) {
      const folder = names.slice(0, depth).join("/");
      if (folders.has(folder)) continue;
      folders.add(folder);
      chunks.push(...header(`${folder}/`, "Directory", 0o755, 0));
    }
    chunks.push(...header(file.path, "File", file.executable ? 0o755 : 0o644, file.bytes.length), file.bytes);
    const rest = file.bytes.length % block;
    if (rest > 0) chunks.push(new Uint8Array(block - rest));
  }
  chunks.push(new Uint8Array(2 * block));
  return Buffer.concat(chunks);
}

function header(path: string, type: "File" | "Directory", mode: number, size: number): Uint8Array[] {
  const data = { path, type, mode, size, uid: 0, gid: 0, uname: "", gname: "", mtime: epoch };
  const made = new Header(data);
  const bytes = Buffer.alloc(block);
  made.encode(bytes);
  // Long or non-ASCII names go into an extended header in front.
  return made.needPax ? [new Pax({ path, size, mtime: epoch }).encode(), bytes] : [bytes];
}

/**
 * Reads a tar's regular files. Links and special files are left out, as Flux leaves them out (security cases 2
 * to 5); a path that is absolute or leaves the archive throws `archive-path-escape`; more than `limit` bytes
 * throws `archive-too-large`, a damaged archive `archive-invalid`.
 */
export function readTar(bytes: Uint8Array, limit: number = archiveLimit): readonly ArchiveFile[] {
  const files = new Map<string, ArchiveFile>();
  let size = 0;
  let failure: unknown;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      try {
        if (entry.type === "File" || entry.type === "OldFile") {
          size += entry.size;
          if (size > limit) throw tooLarge(limit);
          const path = insidePath(entry.path);
          const chunks: Uint8Array[] = [];
          entry.on("data", (chunk: Buffer) => chunks.push(chunk));
          entry.on("end", () =>
            files.set(path, {
              path,
              bytes: Buffer.concat(chunks),
              executable: ((entry.mode ?? 0) & 0o100) !== 0,
            }),
          );
        }
      } catch (error) {
        failure ??= error;
      }
      entry.resume();
    },
  });
  parser.on("error", (error: unknown) => {
    failure ??= new CatalystError("archive-invalid", "this is not a valid tar archive", { cause: error });
  });
  parser.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (failure !== undefined) throw failure;
  return [...files.values()];
}

function insidePath(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (
    path.startsWith("/") ||
    path.includes("\\") ||
    path.includes("\0") ||
    names.includes("..") ||
    names.length === 0
  ) {
    throw new CatalystError("archive-path-escape", `'${path}' leads out of the archive`);
  }
  return names.join("/");
}

function tooLarge(limit: number): CatalystError {
  return new CatalystError("archive-too-large", `the archive unpacks to more than ${limit} bytes`);
}
