import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A line of the kernel's table of mounts (proc(5), mountinfo). */
export interface Mount {
  /** Of the file system. */
  readonly device: string;
  /** The part of the file system that is mounted. */
  readonly root: string;
  readonly point: string;
}

/** What is mounted, in the order in which it was. */
export async function mountTable(): Promise<readonly Mount[]> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  return table.split("\n").flatMap((line) => {
    const [, , device, root, point] = line.split(" ").map(unescaped);
    return device === undefined || root === undefined || point === undefined ? [] : [{ device, root, point }];
  });
}

/**
 * Unmounts everything below a folder. Podman's service leaves a mount of its storage behind when it ends, and the
 * folder can't be removed while that is there.
 */
export async function unmountBelow(folder: string): Promise<void> {
  const below = (await mountTable()).filter(({ point }) => point.startsWith(`${folder}/`));
  // What was mounted last lies on top.
  for (const { point } of below.toReversed()) await execute("umount", [point]);
}

/** Has a folder in memory, of at most so many bytes, unless it is so already. */
export async function mountMemory(folder: string, limit: number | undefined): Promise<void> {
  if ((await mountTable()).some(({ point }) => point === folder)) return;
  const size = limit === undefined ? [] : [`size=${Math.ceil(limit)}`];
  const options = ["mode=0777", "nosuid", "nodev", ...size].join(",");
  await execute("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
}

/** Blanks and the like are octal. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)));
}
