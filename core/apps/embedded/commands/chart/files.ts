import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { fileProblem, isSystemError } from "@catalyst/base/file-problem";

/** Reads a file the command line names. Throws `chart-file-unreadable` with the name it was given by. */
export function readGiven(folder: string, path: string): Buffer {
  try {
    return readFileSync(resolve(folder, path));
  } catch (cause) {
    // As Go says it: a folder can be opened, but not read.
    const call = isSystemError(cause) ? (cause.syscall ?? "open") : "open";
    throw new CatalystError("chart-file-unreadable", `${call} ${path}: ${fileProblem(cause)}`, { cause });
  }
}

/** Makes a folder to write into. Throws `chart-folder-unusable` where a file is in the way. */
export function makeFolder(folder: string, path: string): void {
  try {
    mkdirSync(resolve(folder, path), { recursive: true });
  } catch (cause) {
    const inTheWay = fileAbove(folder, path);
    const problem =
      inTheWay === undefined
        ? `the folder ${path} can't be made: ${fileProblem(cause)}`
        : `${inTheWay} is a file where a folder is to be`;
    throw new CatalystError("chart-folder-unusable", problem, { cause });
  }
}

/** The file that a path leads through; undefined where each part that is there is a folder. */
function fileAbove(folder: string, path: string): string | undefined {
  const found = statSync(resolve(folder, path), { throwIfNoEntry: false });
  if (found !== undefined) return found.isDirectory() ? undefined : path;
  return dirname(path) === path ? undefined : fileAbove(folder, dirname(path));
}
