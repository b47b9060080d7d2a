import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { blueprintPattern } from "@catalyst/model/naming";
import type { FileTree } from "../archive/tar.ts";
import { readFolder } from "../folder/read.ts";

const files = join(import.meta.dirname, "files");

/** The files of a new Blueprint; lint finds nothing wrong with them. Throws `blueprint-name-invalid`. */
export async function starterFiles(name: string): Promise<FileTree> {
  if (!new RegExp(blueprintPattern).test(`bp-${name}`)) {
    throw new CatalystError("blueprint-name-invalid", `${JSON.stringify(name)} can't name a Blueprint`, {
      hint: "Use lower-case letters, digits and hyphens, such as static-site.",
    });
  }
  const title = name.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  const named = (bytes: Uint8Array) =>
    Buffer.from(bytes).toString().replaceAll("starter", name).replaceAll("Starter", title);
  return new Map([...(await readFolder(files))].map(([path, bytes]) => [path, Buffer.from(named(bytes))]));
}

/** Writes a new Blueprint into a folder that is empty or not there. Throws `blueprint-folder-taken`. */
export async function writeStarter(folder: string, name: string): Promise<readonly string[]> {
  const tree = await starterFiles(name);
  const existing = await readdir(folder).catch(() => []);
  if (existing.length > 0) {
    throw new CatalystError("blueprint-folder-taken", `${folder} is not empty`, {
      hint: "Choose another folder.",
    });
  }
  for (const [path, bytes] of tree) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return [...tree.keys()].sort();
}
