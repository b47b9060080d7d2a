import { join } from "node:path";

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
    console: join(root, "console"),
    keys: join(root, "keys"),
    adminToken: join(root, "admin-token"),
    certificateAuthority: join(root, "ca.crt"),
    log: join(root, "catalyst.log"),
    running: join(root, "running.json"),
  };
}
