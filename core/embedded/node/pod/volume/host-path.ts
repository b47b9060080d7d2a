import { mkdir, realpath, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { VolumeSource } from "@catalyst/ports/containers";
import type { Volume } from "@catalyst/ports/kubernetes";
import { mayShow } from "../machine-access.ts";
import type { PodWork } from "../work.ts";

type HostPath = NonNullable<Volume["hostPath"]>;

/**
 * The path of the machine that a `hostPath` shows, by which no link leads out of what is allowed; made or looked at
 * as its type asks. Throws `pod-volume-unsupported`.
 */
export async function hostFolder({ options, runtime }: PodWork, volume: HostPath): Promise<VolumeSource> {
  if (runtime.capabilities.simulated) return { type: "folder", path: volume.path, readOnly: false };
  const allowed = (path: string) => mayShow(options.machineAccess, path);
  // Before anything is made: not even an empty folder outside.
  const parent = await nearest(volume.path);
  if (!allowed(parent)) throw refused(`hostPath ${volume.path} isn't allowed on this node`);
  if (volume.type === "DirectoryOrCreate" || volume.type === "" || volume.type === undefined)
    await mkdir(volume.path, { recursive: true, mode: 0o755 }).catch(notThere);
  if (volume.type === "FileOrCreate") await makeFile(volume.path);
  const path = await realpath(volume.path).catch(() => {
    throw refused(`hostPath type check failed: ${volume.path} does not exist`);
  });
  if (!allowed(path)) throw refused(`hostPath ${volume.path} isn't allowed on this node`);
  await checkType(path, volume);
  return { type: "folder", path, readOnly: false };
}

/** The real path of what of a path is there. */
async function nearest(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  return real ?? (path === "/" ? path : nearest(dirname(path)));
}

function notThere(error: NodeJS.ErrnoException): void {
  // A file is there: an untyped hostPath may be one.
  if (error.code !== "EEXIST") throw error;
}

async function makeFile(path: string): Promise<void> {
  await writeFile(path, "", { flag: "wx", mode: 0o644 }).catch(notThere);
}

async function checkType(path: string, { type = "" }: HostPath): Promise<void> {
  const is = await stat(path);
  const kinds: Readonly<Record<string, readonly [fits: boolean, name: string]>> = {
    Directory: [is.isDirectory(), "directory"],
    DirectoryOrCreate: [is.isDirectory(), "directory"],
    File: [is.isFile(), "file"],
    FileOrCreate: [is.isFile(), "file"],
    Socket: [is.isSocket(), "socket file"],
    CharDevice: [is.isCharacterDevice(), "character device"],
    BlockDevice: [is.isBlockDevice(), "block device"],
  };
  const [fits, name] = kinds[type] ?? [true, ""];
  if (!fits) throw refused(`hostPath type check failed: ${path} is not a ${name}`);
}

function refused(message: string): CatalystError {
  return new CatalystError("pod-volume-unsupported", message);
}
