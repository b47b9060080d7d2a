import { join } from "node:path";
import { sha256Hex } from "@catalyst/base/digest";

/**
 * The folder of what doesn't outlive a reboot of the machine: podman's socket and its state of the containers that
 * run. Not in the data folder, whose path may be long: podman takes 50 characters, the kernel 107 for a socket.
 * Below `/run`, where only root writes, and which the machine empties.
 */
export function runFolder(folder: string): string {
  return join("/run", `catalyst-${sha256Hex(folder).slice(0, 12)}`);
}
