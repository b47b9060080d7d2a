import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";

/** Where a Sovereign keeps what it keeps. */
export interface DataFolder {
  readonly root: string;
  /** Bare repositories. */
  readonly git: string;
  /** Blobs and manifests. */
  readonly registry: string;
  /** What Flux fetched; can be fetched again. */
  readonly artifacts: string;
  /** Volumes and state of Pods. */
  readonly node: string;
  /** Volumes of claims, by cluster. */
  readonly volumes: string;
  /** The built console, by content. */
  readonly console: string;
  /** Keys: signing, sealing, the master of derived tokens, the local authority; mode 700. */
  readonly keys: string;
  /** A personal token of `admin`, mode 600. */
  readonly adminToken: string;
  readonly certificateAuthority: string;
  readonly log: string;
  /** Who runs on this folder: ports and process, for `status`, `open` and `down`. */
  readonly running: string;
}

/** Names the parts of a data folder. */
export function dataFolder(root: string): DataFolder {
  return {
    root,
    git: join(root, "git"),
    registry: join(root, "registry"),
    artifacts: join(root, "artifacts"),
    node: join(root, "node"),
    volumes: join(root, "node", "volumes"),
    console: join(root, "console"),
    keys: join(root, "keys"),
    adminToken: join(root, "admin-token"),
    certificateAuthority: join(root, "ca.crt"),
    log: join(root, "catalyst.log"),
    running: join(root, "running.json"),
  };
}

/**
 * Makes a data folder and those it lies in, mode 700. Throws `store-unusable` where no folder can be made, such
 * as in `/proc`, of which Node's own recursive way never comes back; else what the file system says.
 */
export function makeDataFolder(root: string): void {
  const missing: string[] = [];
  for (let path = root; !existsSync(path); path = dirname(path)) missing.unshift(path);
  for (const path of missing) {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === "EEXIST") continue; // another start was faster; the folder's lock decides
      if (code !== "ENOENT") throw cause;
      throw new CatalystError("store-unusable", `${root} can't be used: no folder can be made there`, {
        cause,
        hint: "Choose another folder with --data.",
      });
    }
  }
}
