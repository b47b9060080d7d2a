import { closeSync, constants, openSync, readSync } from "node:fs";

/** The longest record of the kernel's log (bytes). */
const recordLimit = 8192;

/**
 * Tells whether the kernel says in its log that it killed a process of a container because the container had used
 * up its memory. Podman's own word for it isn't reliable: its watcher hears of the kill and of the container's end at
 * the same moment. False where the log can't be read.
 */
export function killedForMemory(containerId: string): boolean {
  for (const record of kernelLog())
    if (record.includes("oom-kill:") && record.includes(containerId)) return true;
  return false;
}

/** The records that the kernel still has, one at a read; without waiting for more. */
function* kernelLog(): Generator<string> {
  let log: number;
  try {
    log = openSync("/dev/kmsg", constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return;
  }
  const buffer = Buffer.alloc(recordLimit);
  try {
    for (;;) {
      const text = nextRecord(log, buffer);
      if (text === undefined) return;
      yield text;
    }
  } finally {
    closeSync(log);
  }
}

function nextRecord(log: number, buffer: Buffer): string | undefined {
  try {
    return buffer.toString("utf8", 0, readSync(log, buffer));
  } catch (error) {
    // EPIPE: the oldest was overwritten meanwhile, what follows is there.
    if ((error as NodeJS.ErrnoException).code === "EPIPE") return "";
    return undefined;
  }
}
