import { watch } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { LogOptions } from "@catalyst/ports/containers";
import { type LogEntry, parseEntry } from "../../log/entry.ts";
import { tailStart } from "./tail.ts";

const blockSize = 64 * 1024;
const lineEnd = 0x0a;

/** How often a followed log is looked at although nothing was told of it (milliseconds). */
const interval = 500;

export interface LogFile {
  readonly path: string;
  /** Tells whether more can still come. */
  isWritten(): Promise<boolean>;
}

/**
 * Reads a container's log file from its last `tailLines` lines on. With `follow` it goes on until the container has
 * ended or the signal aborts, also into the file that replaces this one when it was rotated.
 */
export async function* readEntries(
  { path, isWritten }: LogFile,
  { tailLines, follow = false, signal }: LogOptions,
): AsyncGenerator<LogEntry> {
  let file = await open(path);
  const changes = follow ? changesOf(path) : undefined;
  try {
    let position = tailLines === undefined ? 0 : await tailStart(file, tailLines);
    let left = tailLines === undefined || follow ? Number.POSITIVE_INFINITY : tailLines;
    for (let isLastRound = !follow; left > 0 && signal?.aborted !== true; ) {
      for await (const { bytes, isWhole } of linesFrom(file, position)) {
        // What isn't whole yet is read again when more has come.
        if (!isWhole && !isLastRound) break;
        position += bytes.length;
        const entry = parseEntry(bytes);
        if (entry !== undefined) yield entry;
        if (--left <= 0) return;
      }
      if (isLastRound) return;
      await changes?.next(signal);
      const replaced = await replacement(file, path, position);
      if (replaced !== undefined) {
        await file.close();
        file = replaced;
        position = 0;
      } else isLastRound = !(await isWritten());
    }
  } finally {
    changes?.stop();
    await file.close();
  }
}

/** The lines of a file from a place on; the last one may not be whole. */
async function* linesFrom(file: FileHandle, start: number) {
  let rest: Buffer = Buffer.alloc(0);
  for (let position = start; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(blockSize), 0, blockSize, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd)) {
      yield { bytes: rest.subarray(0, end + 1), isWhole: true };
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield { bytes: rest, isWhole: false };
}

/** The file that stands at the path now, when it is another and this one is read to its end. */
async function replacement(
  file: FileHandle,
  path: string,
  position: number,
): Promise<FileHandle | undefined> {
  const [old, present] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
  if (present === undefined || present.ino === old.ino || position < old.size) return undefined;
  return open(path).catch(() => undefined);
}

/** Waits for changes in a file's folder. */
function changesOf(path: string) {
  let wake: () => void = () => undefined;
  let changed = false;
  const told = () => {
    changed = true;
    wake();
  };
  const watcher = watch(dirname(path), told).on("error", () => undefined);
  return {
    /** Resolves when something changed since the last time, or a while has passed. */
    next: async (signal: AbortSignal | undefined): Promise<void> => {
      if (!changed && signal?.aborted !== true)
        await new Promise<void>((resolve) => {
          wake = resolve;
          const timer = setTimeout(resolve, interval);
          timer.unref();
          signal?.addEventListener("abort", () => resolve(), { once: true });
        });
      changed = false;
    },
    stop: () => watcher.close(),
  };
}
