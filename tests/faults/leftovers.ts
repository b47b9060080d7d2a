import { execFileSync } from "node:child_process";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sovereign } from "../sovereign/sovereign.ts";

/** What only an interrupted write leaves in a data folder. */
const unfinished = [
  "git/**/*.lock",
  "git/**/*.next",
  "git/staging/*",
  "git/**/objects/{tmp_objdir-*,incoming-*,tmp_obj_*}",
  "git/**/objects/pack/tmp_*",
  "registry/uploads/*",
  "registry/temporary/*",
  "artifacts/**/*.{tmp,part,partial}*",
  "**/.tmp*",
];

/** Gives the paths of files in a data folder that an interrupted write left. */
export function unfinishedFiles(data: string): readonly string[] {
  return unfinished.flatMap((pattern) => globSync(pattern, { cwd: data })).sort();
}

/** Gives `<kind>/<namespace>/<name>` of every source of an Environment that has files. */
export function fetchedSources(data: string, environment: string): readonly string[] {
  return globSync("*/*/*", { cwd: join(data, "artifacts", environment) }).sort();
}

/** Gives the folders of an Environment's volumes. */
export function volumeFolders(data: string, environment: string): readonly string[] {
  try {
    return readdirSync(join(data, "node/volumes", environment)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Gives what git finds wrong in the repositories of a data folder. */
export function damagedRepositories(data: string): readonly string[] {
  return globSync("git/organizations/*/*.git", { cwd: data }).flatMap((repository) => {
    try {
      execFileSync("git", ["--git-dir", join(data, repository), "fsck", "--full", "--strict"], {
        stdio: "pipe",
      });
      return [];
    } catch (error) {
      return [`${repository}: ${(error as { stderr?: Buffer }).stderr}`];
    }
  });
}

/** Gives the command lines of processes that work on a data folder and aren't of its Sovereign's group. */
export function strayProcesses({ data, pid }: Sovereign): readonly string[] {
  const stray: string[] = [];
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${entry}/cmdline`, "utf8").split("\0").join(" ");
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state !== "Z" && words.includes(data) && Number(group) !== pid) stray.push(words);
    } catch (error) {
      // it ended meanwhile
      if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  return stray;
}

/**
 * The lines of a log from an offset on that tell of something wrong. What is tried again in a moment isn't: the
 * wait grows while it stays wrong.
 */
export function complaints(data: string, offset: number): readonly string[] {
  const text = readFileSync(join(data, "catalyst.log")).subarray(offset).toString();
  return text.split("\n").filter((line) => {
    const { level = 0, retryAfter = Infinity } = (line === "" ? {} : JSON.parse(line)) as LogLine;
    return level >= 40 && retryAfter > 5000;
  });
}

interface LogLine {
  readonly level?: number;
  /** Milliseconds. */
  readonly retryAfter?: number;
}
