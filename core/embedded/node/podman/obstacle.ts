import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Programs that are run, by us or by podman. */
const programs = ["podman", "runc", "iptables-restore"];
/** Programs that podman runs as its helpers: a container's watcher, a Pod's first process, the network. */
const helpers = ["conmon", "catatonit", "netavark"];
/** Where podman looks for helpers besides the PATH (containers.conf(5), conmon_path and helper_binaries_dir). */
const helperFolders = [
  "/usr/local/libexec/podman",
  "/usr/local/lib/podman",
  "/usr/libexec/podman",
  "/usr/lib/podman",
  "/usr/libexec/catatonit",
];

/** Where programs are looked for; both default to this process's. */
export interface ObstacleOptions {
  readonly path?: string | undefined;
  readonly helperFolders?: readonly string[] | undefined;
}

/** Says why Pods can't be run with podman here, in a sentence; undefined when they can. */
export async function podmanObstacle(options: ObstacleOptions = {}): Promise<string | undefined> {
  if (process.platform !== "linux") return "podman runs Pods on Linux only";
  if (process.getuid?.() !== 0) return "running Pods with podman needs root";
  const path = options.path ?? process.env["PATH"] ?? "";
  const env = { ...process.env, PATH: path };
  for (const program of programs) {
    const works = await execute(program, ["--version"], { env }).then(
      () => true,
      () => false,
    );
    if (!works) return `${program} isn't installed`;
  }
  const folders = [...path.split(delimiter), ...(options.helperFolders ?? helperFolders)];
  for (const helper of helpers)
    if (!(await isIn(folders, helper))) return `podman's helper ${helper} isn't installed`;
  return undefined;
}

async function isIn(folders: readonly string[], program: string): Promise<boolean> {
  const found = folders.map((folder) => access(join(folder, program), constants.X_OK));
  return Promise.any(found).then(
    () => true,
    () => false,
  );
}
