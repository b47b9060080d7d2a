import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noteSkip } from "@catalyst/base/testing/note-skip";
import { podmanObstacle } from "../podman/obstacle.ts";
import { runFolder } from "../podman/run-folder.ts";

const busybox = "/bin/busybox";

/** The image that `importBusybox` makes: a shell, a web server and some tools. */
export const image = "localhost/busybox:1";

/**
 * Tells whether the tests of a file (`import.meta.filename`) can run with podman here: also the static busybox must
 * be there. Where they can't, notes why for the summary.
 */
export async function canRunPodman(file: string): Promise<boolean> {
  const obstacle =
    (await podmanObstacle()) ?? (existsSync(busybox) ? undefined : "a static busybox isn't installed");
  if (obstacle === undefined) return true;
  noteSkip(file, obstacle);
  return false;
}

/** Runs podman on the storage of a service in `folder`; gives what it prints. */
export function podman(folder: string, args: readonly string[], input?: Uint8Array): string {
  const places = [
    "--root",
    join(folder, "podman/storage"),
    "--runroot",
    join(runFolder(join(folder, "podman")), "containers"),
  ];
  const env = { ...process.env, CONTAINERS_CONF: join(folder, "podman/containers.conf") };
  const options = { env, ...(input ? { input } : {}) };
  const { status, stdout, stderr } = spawnSync("podman", [...places, ...args], options);
  if (status !== 0) throw new Error(`podman ${args.join(" ")}: ${stderr}`);
  return stdout.toString();
}

/** The machine's bash with what it loads: a static busybox can't resolve names. */
const copyBash = `cp -L --parents /bin/bash $(ldd /bin/bash | grep -o "/[^ ]*") .
cp -L --parents $(ldconfig -p | grep -o "/.*libnss_dns.so.2\\|/.*libresolv.so.2") .`;

/** Gives the last line of the page at a host, and a port other than 80. */
const fetchScript = `#!/bin/sh
page=$(timeout 3 bash -c "exec 3<>/dev/tcp/$1/\${2:-80} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3") || exit 1
echo "$page" | tail -n 1
`;

/** Makes the image of the machine's own busybox. */
export function importBusybox(folder: string): void {
  const root = join(folder, "image");
  for (const name of ["bin", "tmp", "etc", "www"]) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, "bin/busybox"), readFileSync(busybox), { mode: 0o755 });
  const links = [
    "sh",
    "cat",
    "httpd",
    "hostname",
    "sleep",
    "tail",
    "timeout",
    "ls",
    "grep",
    "head",
    "readlink",
    "id",
    "touch",
    "rm",
    "ps",
    "nc",
    "stty",
    "tar",
  ];
  spawnSync("sh", ["-c", links.map((name) => `ln -sf busybox ${name}`).join("; ")], {
    cwd: join(root, "bin"),
  });
  writeFileSync(join(root, "bin/fetch"), fetchScript, { mode: 0o755 });
  spawnSync("sh", ["-c", copyBash], { cwd: root });
  const { stdout } = spawnSync("tar", ["-C", root, "-c", "."], { maxBuffer: 64 * 1024 * 1024 });
  podman(folder, ["import", "-", image], stdout);
}
