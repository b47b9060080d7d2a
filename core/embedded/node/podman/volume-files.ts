import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { VolumeFile } from "@catalyst/ports/containers";

/** The link to the folder that holds the present content. */
const dataLink = "..data";

export interface FileOwner {
  readonly user?: number | undefined;
  readonly group?: number | undefined;
}

/**
 * Makes a folder show files as the kubelet's volumes do: the files are in a folder of their own, `..data` leads to
 * it, and each name leads through `..data`. New content is a new folder; `..data` changes all files at once, and a
 * reader never sees half of a change. Throws `pod-volume-unsupported` for a path that leaves the folder.
 */
export async function showFiles(
  folder: string,
  files: readonly VolumeFile[],
  owner: FileOwner,
): Promise<void> {
  const wanted = new Map(files.map((file) => [checked(file.path), file]));
  const before = await readlink(join(folder, dataLink)).catch(() => undefined);
  if (before !== undefined && (await holds(join(folder, before), wanted))) return;
  const stamp = new Date().toISOString().replace(/[-:.TZ]/g, "_");
  const fresh = await mkdtemp(join(folder, `..${stamp}`));
  await chmod(fresh, 0o755);
  for (const [path, file] of wanted) await write(join(fresh, path), file, fresh, owner);
  const name = fresh.slice(folder.length + 1);
  const passing = join(folder, `${dataLink}_tmp`);
  await rm(passing, { force: true });
  await symlink(name, passing);
  await rename(passing, join(folder, dataLink));
  await showNames(folder, new Set([...wanted.keys()].map((path) => path.split("/")[0] ?? "")));
  if (before !== undefined) await rm(join(folder, before), { recursive: true, force: true });
}

function checked(path: string): string {
  const clean = normalize(path);
  if (!clean.startsWith("/") && !clean.startsWith("..")) return clean;
  throw new CatalystError("pod-volume-unsupported", `${path} leaves its volume`);
}

async function write(path: string, file: VolumeFile, root: string, owner: FileOwner): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  // A group that the Pod's containers share may read what they are shown.
  const mode = owner.group === undefined ? file.mode : file.mode | 0o440;
  await writeFile(path, file.content, { mode, flag: "wx" });
  await chmod(path, mode);
  const { user, group } = owner;
  if (user !== undefined || group !== undefined) await chown(path, user ?? 0, group ?? 0);
  if (group === undefined) return;
  for (let each = dirname(path); each.startsWith(root); each = dirname(each)) await chown(each, 0, group);
}

/** Gives every name its link, and takes away those of names that aren't there any more. */
async function showNames(folder: string, names: ReadonlySet<string>): Promise<void> {
  const present = await readdir(folder);
  for (const name of names) {
    const link = join(folder, name);
    const target = join(dataLink, name);
    if ((await readlink(link).catch(() => undefined)) === target) continue;
    await rm(link, { recursive: true, force: true });
    await symlink(target, link);
  }
  for (const name of present.filter((each) => !each.startsWith("..") && !names.has(each)))
    await rm(join(folder, name), { recursive: true, force: true });
}

/** Tells whether a folder has these files, with their content and mode, and no others. */
async function holds(folder: string, wanted: ReadonlyMap<string, VolumeFile>): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  const paths = (entries ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  if (entries === undefined || paths.length !== wanted.size) return false;
  for (const path of paths) {
    const file = wanted.get(path.slice(folder.length + 1));
    if (file === undefined) return false;
    const [content, { mode }] = await Promise.all([readFile(path), lstat(path)]);
    if (Buffer.compare(content, file.content) !== 0) return false;
    if ((mode & file.mode & 0o777) !== (file.mode & 0o777)) return false;
  }
  return true;
}
