import { constants } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

interface LogLimits {
  readonly size: number;
  readonly files: number;
}

/** How large a log gets before it is put aside, and how many files there are of it: the kubelet's defaults. */
const logLimits: LogLimits = { size: 10 * 1024 * 1024, files: 5 };

/** What tells a container's monitor to open its log anew. */
const reopen = "2 0 0\n";

/**
 * Puts a container's log aside when it has become too large, and lets its monitor begin a new one; the oldest files
 * beyond the number kept go. A container that has ended keeps what it wrote.
 */
export async function rotateLog(path: string, now: Date, limits: LogLimits = logLimits): Promise<void> {
  const present = await stat(path).catch(() => undefined);
  if (present === undefined || present.size <= limits.size) return;
  // Opened first: without a monitor that reads, nobody would make the new file.
  const control = await open(join(dirname(path), "ctl"), constants.O_WRONLY | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (control === undefined) return;
  try {
    await rename(path, `${path}.${now.toISOString().replaceAll(/[-:.]/g, "")}`);
    await control.write(reopen);
  } finally {
    await control.close();
  }
  const names = await readdir(dirname(path));
  const aside = names.filter((name) => name.startsWith(`${basename(path)}.`)).sort();
  for (const name of aside.slice(0, Math.max(0, aside.length - (limits.files - 1))))
    await rm(join(dirname(path), name));
}
