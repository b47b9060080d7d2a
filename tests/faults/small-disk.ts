import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of a few megabytes that a test fills and empties. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it up to some bytes; 0 leaves nothing. */
  fill(leave: number): void;
  /** Gives back all that `fill` took. */
  empty(): void;
  remove(): void;
}

/** Why there can't be a small disk here; undefined where there can. */
export const smallDiskObstacle =
  process.platform !== "linux" || process.getuid?.() !== 0
    ? "mounting a disk needs root on Linux"
    : undefined;

/** Mounts a small disk; it lives in memory. Throws where `smallDiskObstacle` says why. */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  const filler = join(folder, "filler");
  return {
    folder,
    fill(leave) {
      const file = openSync(filler, "a");
      const block = Buffer.alloc(4096, 1);
      const free = () => {
        const { bavail, bsize } = statfsSync(folder);
        return bavail * bsize;
      };
      try {
        while (free() > leave) writeSync(file, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
