import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Gives the resident memory, in MiB, of processes and all their descendants: what they really occupy. Where
 * the system tells it, pages shared between them count once.
 */
export function memoryOf(roots: readonly number[]): number {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const members = new Set(roots);
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const [pid, parent] of table) if (pid !== undefined && members.has(parent ?? -1)) members.add(pid);
  }
  const kibibytes = table
    .filter(([pid]) => members.has(pid ?? -1))
    .map(([pid, , resident]) => proportional(pid ?? 0) ?? resident ?? 0);
  return kibibytes.reduce((sum, value) => sum + value, 0) / 1024;
}

/** The proportional set size of a process in KiB, where /proc has it. */
function proportional(pid: number): number | undefined {
  try {
    const match = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}
