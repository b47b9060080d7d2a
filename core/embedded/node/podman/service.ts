import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { Clock } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import { runFolder } from "./run-folder.ts";

export interface PodmanServiceOptions {
  /** Folder for configuration, images and containers; survives restarts. */
  readonly folder: string;
  /** `host:port` of the embedded registry, asked first for images whose registry is `registryName`. */
  readonly registry?: { readonly name: string; readonly address: string } | undefined;
  readonly clock: Clock;
}

/** Podman's REST service as a child process of ours. */
export interface PodmanService {
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** How often and how long the socket is waited for (milliseconds). */
const interval = 50;
const attempts = 200;
const stopPatience = 500;

/**
 * Starts `podman system service` on a storage of its own, so that nobody else's containers are seen or touched.
 * Throws `runtime-unavailable` when podman isn't installed or doesn't come up.
 */
export async function startPodmanService(options: PodmanServiceOptions): Promise<PodmanService> {
  const { folder, clock } = options;
  const run = runFolder(folder);
  for (const each of [folder, run]) await mkdir(each, { recursive: true, mode: 0o700 });
  const socketPath = join(run, "podman.sock");
  await endLeftover(join(folder, "service.pid"), socketPath);
  await rm(socketPath, { force: true });
  const [containers, registries] = [join(folder, "containers.conf"), join(folder, "registries.conf")];
  await writeFile(containers, containersConf(run));
  await writeFile(registries, registriesConf(options.registry));
  const places = ["--root", join(folder, "storage"), "--runroot", join(run, "containers")];
  const args = [...places, "system", "service", "--time=0", `unix://${socketPath}`];
  const env = { CONTAINERS_CONF: containers, CONTAINERS_REGISTRIES_CONF: registries };
  const start = () =>
    startOnce(args, env, { folder, socketPath, pidFile: join(folder, "service.pid"), clock });
  let child = await start();
  let isStopping = false;
  // Should it end by itself, containers run on and a new service finds them.
  const again = () => {
    if (isStopping) return;
    void clock.sleep(stopPatience).then(async () => {
      if (isStopping) return;
      child = await start();
      child.once("exit", again);
    }, again);
  };
  child.once("exit", again);
  return {
    socketPath,
    stop: () => {
      isStopping = true;
      return stop(child);
    },
  };
}

/** Starts the service and waits until it answers. */
async function startOnce(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  place: {
    readonly folder: string;
    readonly socketPath: string;
    readonly pidFile: string;
    readonly clock: Clock;
  },
): Promise<ChildProcess> {
  const child = spawn("podman", args, {
    // Monitors of containers leave files where they are started, such as `oom`: not in the folder of who starts us.
    cwd: place.folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    // Containers' monitors must outlive us: an interrupt of our group isn't theirs.
    detached: true,
  });
  let words = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  });
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code) => {
    ended ??= `podman ended with ${code}: ${words.trim()}`;
  });
  if (child.pid !== undefined) await writeFile(place.pidFile, String(child.pid));
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (ended !== undefined) throw new CatalystError("runtime-unavailable", ended);
    if (await answers(place.socketPath)) return child;
    await place.clock.sleep(interval);
  }
  await stop(child);
  throw new CatalystError("runtime-unavailable", "podman's service doesn't come up");
}

/** Ends the service of a run that was killed: it is a process of its own, and two would change one storage. */
async function endLeftover(pidFile: string, socketPath: string): Promise<void> {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  // The number may have become another program's.
  if (command.split("\0").includes(`unix://${socketPath}`)) process.kill(pid, "SIGKILL");
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  // It holds on to idle connections for long; nothing of ours is under way any more.
  const patience = setTimeout(() => child.kill("SIGKILL"), stopPatience);
  await exited;
  clearTimeout(patience);
}

/** Where the images that Blueprints name are published. */
const upstream = "docker.io";

/**
 * Without systemd: cgroupfs and events in a file, which no other podman writes; modest limits that also hold inside
 * other containers.
 */
function containersConf(run: string): string {
  return `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
events_logfile_path = "${join(run, "events.log")}"
[network]
network_backend = "netavark"
`;
}

/** The embedded registry is asked first; where it hasn't an image, the registry its name came from. */
function registriesConf(registry: PodmanServiceOptions["registry"]): string {
  const lines = [`unqualified-search-registries = ["${upstream}"]`];
  if (registry !== undefined) {
    lines.push(
      "[[registry]]",
      `prefix = "${registry.name}"`,
      `location = "${upstream}"`,
      "[[registry.mirror]]",
      `location = "${registry.address}"`,
      "insecure = true",
    );
  }
  return `${lines.join("\n")}\n`;
}
