import { mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";

/**
 * Makes sure that a folder is where it was when podman first ran in it: its records name it by its path, and so
 * do the Pods' volumes and networks. Throws `data-folder-moved`.
 */
export async function keepPlace(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "place");
  const here = await realpath(folder);
  const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (before === undefined) return writeFile(file, `${here}\n`);
  if (before.trim() === here) return;
  throw new CatalystError("data-folder-moved", `containers and volumes were made at ${before.trim()}`, {
    place: { file: here },
    hint: "Move the data folder back to where it was, or start with --runtime simulated.",
  });
}
