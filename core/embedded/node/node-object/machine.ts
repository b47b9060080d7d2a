import { readFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";

/** This machine, as a Node's status describes it. */
export interface Machine {
  readonly cpu: string;
  readonly memory: string;
  readonly architecture: string;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
  readonly kernelVersion: string;
  readonly osImage: string;
}

/** Reads what there is to know of this machine; what it doesn't tell is empty. */
export async function readMachine(): Promise<Machine> {
  const [machineID, systemUUID, bootID, system] = await Promise.all(
    [
      "/etc/machine-id",
      "/sys/class/dmi/id/product_uuid",
      "/proc/sys/kernel/random/boot_id",
      "/etc/os-release",
    ].map(textOf),
  );
  return {
    cpu: String(cpus().length),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    machineID: machineID ?? "",
    systemUUID: systemUUID ?? "",
    bootID: bootID ?? "",
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)/m.exec(system ?? "")?.[1] ?? process.platform,
  };
}

async function textOf(path: string): Promise<string> {
  return (await readFile(path, "utf8").catch(() => "")).trim();
}
