import { execFile } from "node:child_process";
import { lstat, mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join, normalize, relative } from "node:path";
import { promisify } from "node:util";
import { CatalystError } from "@catalyst/base/errors";
import { isInside } from "../pod/machine-access.ts";
import { mountTable } from "./mounts.ts";

const execute = promisify(execFile);

/**
 * Mounts a part of a volume at a place of the node's own, and gives that place: a container of the Pod may change
 * the volume meanwhile, and a link put there between look and use must not show it another part of the machine.
 * What was mounted is therefore looked up afterwards, in the kernel's table. Throws `pod-volume-unsupported`.
 */
export async function mountSubPath(volume: string, subPath: string, place: string): Promise<string> {
  const wanted = join(volume, normalize(`/${subPath}`));
  await makeInside(volume, wanted);
  const path = await realpath(wanted);
  if (!isInside(await realpath(volume), path)) throw escapes(subPath);
  await mkdir(dirname(place), { recursive: true });
  if ((await lstat(path)).isDirectory()) await mkdir(place, { recursive: true });
  else await writeFile(place, "", { flag: "a" });
  await execute("mount", ["--bind", path, place]);
  const table = await mountTable();
  const [inVolume, shown] = [await rootOf(table, volume), await rootOf(table, place)];
  if (inVolume.device === shown.device && isInside(inVolume.root, shown.root)) return place;
  await execute("umount", [place]);
  throw escapes(subPath);
}

function escapes(subPath: string): CatalystError {
  return new CatalystError("pod-volume-unsupported", `subPath ${JSON.stringify(subPath)} leaves its volume`);
}

/** Makes what of a path isn't there, without following a link out of the volume. */
async function makeInside(volume: string, wanted: string): Promise<void> {
  const isThere = await realpath(wanted).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  if (wanted === volume) return void (await mkdir(volume, { recursive: true }));
  await makeInside(volume, dirname(wanted));
  const parent = await realpath(dirname(wanted));
  if (!isInside(await realpath(volume), parent)) throw escapes(relative(volume, wanted));
  await mkdir(wanted, { mode: 0o750 });
}

interface MountRoot {
  readonly device: string;
  /** Where in its file system a path is, whatever it is called here. */
  readonly root: string;
}

async function rootOf(table: Awaited<ReturnType<typeof mountTable>>, path: string): Promise<MountRoot> {
  const real = await realpath(path);
  // What was mounted last lies on top.
  const mount = table.findLast(({ point }) => isInside(point, real));
  if (mount === undefined) throw new CatalystError("pod-volume-unsupported", `${path} is on no file system`);
  return { device: mount.device, root: join(mount.root, relative(mount.point, real)) };
}
