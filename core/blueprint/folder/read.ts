import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { FileTree } from "../archive/tar.ts";

/** Largest Blueprint folder read, in bytes: 100 MiB, Helm's limit for a chart (security case 7). */
const sizeLimit = 100 * 1024 * 1024;

/** Left by editors, systems and version control; never part of a Blueprint. */
const ignored = new Set([".git", ".DS_Store", ".idea", ".vscode", "node_modules"]);

/**
 * Reads a Blueprint's folder whole. Links are refused: what is packed is what is in the folder (security
 * cases 2–4). Throws `blueprint-folder-missing`, `blueprint-link`, `blueprint-too-large`.
 */
export async function readFolder(folder: string): Promise<FileTree> {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((cause: unknown) => {
      throw new CatalystError("blueprint-folder-missing", `the folder ${join(folder, below)} can't be read`, {
        cause,
      });
    });
    for (const entry of entries) {
      if (ignored.has(entry.name) || entry.name.endsWith("~")) continue;
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        await walk(path);
        continue;
      }
      if (!entry.isFile()) {
        throw new CatalystError("blueprint-link", `${path} is neither a file nor a folder`, {
          place: { file: path },
          hint: "Put the file itself there.",
        });
      }
      total += (await lstat(join(folder, path))).size;
      if (total > sizeLimit) {
        throw new CatalystError("blueprint-too-large", `the folder has more than ${sizeLimit} bytes`);
      }
      files.set(path, await readFile(join(folder, path)));
    }
  };
  await walk("");
  return files;
}
