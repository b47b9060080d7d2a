import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Gives the resident memory, in MiB, of processes and all their descendants: what they really occupy. Where
 * the system tells it, pages shared between them count once.
 */
export function memoryOf(roots: readonly number[]): number {
  const kibibytes = family(roots).map(({ pid, resident }) => proportional(pid) ?? resident);
  return kibibytes.reduce((sum, value) => sum + value, 0) / 1024;
}

/** Gives the processor time that processes and all their descendants have taken so far, in seconds. */
export function processorSeconds(roots: readonly number[]): number {
  return family(roots).reduce((sum, { pid }) => sum + ticks(pid) / ticksPerSecond, 0);
}

/** What Linux counts processor time in, on every machine there is. */
const ticksPerSecond = 100;

/** User and system time of a process, from /proc; 0 where there is none, or the process ended. */
function ticks(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

interface Member {
  readonly pid: number;
  /** KiB. */
  readonly resident: number;
}

function family(roots: readonly number[]): readonly Member[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const members = new Set(roots);
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const [pid, parent] of table) if (pid !== undefined && members.has(parent ?? -1)) members.add(pid);
  }
  return table
    .filter(([pid]) => members.has(pid ?? -1))
    .map(([pid, , resident]) => ({ pid: pid ?? 0, resident: resident ?? 0 }));
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
