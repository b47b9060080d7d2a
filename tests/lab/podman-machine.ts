import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@catalyst/base/digest";
import { programPath } from "./lab.ts";

/** One container of a Pod, as podman itself tells it. */
export interface MachineContainer {
  readonly id: string;
  readonly pid: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a Sovereign that runs Pods with podman has on this machine, seen past the Sovereign. */
export class PodmanMachine {
  readonly #folder: string;
  readonly #run: string;

  /** `data` is the Sovereign's data folder. */
  constructor(data: string) {
    this.#folder = join(data, "node/podman");
    this.#run = `/run/catalyst-${sha256Hex(join(this.#folder, "podman")).slice(0, 12)}`;
  }

  /** Puts the images of an archive into its storage, by the names they have there. */
  load(archive: string): void {
    this.#podman("load", "--quiet", "--input", archive);
  }

  /** The containers that run, but for those that only hold a Pod's network; by the container's name in its Pod. */
  running(): ReadonlyMap<string, MachineContainer> {
    const listed = JSON.parse(this.#podman("ps", "--format", "json")) as {
      readonly Id: string;
      readonly Pid: number;
      readonly IsInfra: boolean;
      readonly Labels: Readonly<Record<string, string>>;
    }[];
    return new Map(
      listed
        .filter(({ IsInfra }) => !IsInfra)
        .map(({ Id, Pid, Labels }) => [
          Labels["openova.io/container"] ?? "",
          { id: Id, pid: Pid, labels: Labels },
        ]),
    );
  }

  /** Every container and pod there is, running or not. */
  everything(): readonly string[] {
    return `${this.#podman("ps", "--all", "--quiet")}${this.#podman("pod", "ps", "--quiet")}`
      .split("\n")
      .filter((line) => line !== "");
  }

  /** What is on the machine outside the data folder: packet rules, mounts, run-time files, networks. */
  traces(): readonly string[] {
    const mark = sha256Hex(this.#folder).slice(0, 8).toUpperCase();
    const networks = `cluster-${sha256Hex(join(this.#folder, "pods")).slice(0, 8)}-`;
    return [
      ...execFileSync("iptables-save", { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes(`-${mark}`)),
      ...readFileSync("/proc/self/mounts", "utf8")
        .split("\n")
        .filter((line) => line.includes(this.#folder)),
      ...(existsSync(this.#run) ? [this.#run] : []),
      ...readdirSync("/etc/containers/networks").filter((name) => name.startsWith(networks)),
    ];
  }

  #podman(...words: readonly string[]): string {
    const own = join(this.#folder, "podman");
    const places = ["--root", join(own, "storage"), "--runroot", join(this.#run, "containers")];
    const env = { ...process.env, CONTAINERS_CONF: join(own, "containers.conf") };
    return execFileSync(programPath("podman"), [...places, ...words], { encoding: "utf8", env });
  }
}
