import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/**
 * Unmounts everything below a folder. Podman's service leaves a mount of its storage behind when it ends, and the
 * folder can't be removed while that is there.
 */
export async function unmountBelow(folder: string): Promise<void> {
  const points = mountPoints(await readFile("/proc/self/mounts", "utf8"));
  const below = points.filter((point) => point.startsWith(`${folder}/`));
  // What was mounted last lies on top.
  for (const point of below.reverse()) await execute("umount", [point]);
}

/** The second field of each line, in which blanks and the like are octal. */
function mountPoints(table: string): readonly string[] {
  return table
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? [])
    .map((field) =>
      field.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
    );
}
