import { isAbsolute } from "node:path";
import type { MachineAccess } from "@catalyst/embedded-node";
import { UsageError } from "../../cli/errors.ts";

/** Reads what of the machine Pods may reach: `namespaces`, `privileged` and folders, by commas. Throws UsageError. */
export function readMachineAccess(text: string | undefined): MachineAccess {
  const words = (text ?? "").split(",").filter((word) => word !== "");
  const paths = words.filter(isAbsolute);
  const wrong = words.find((word) => !isAbsolute(word) && word !== "namespaces" && word !== "privileged");
  if (wrong !== undefined)
    throw new UsageError(
      `--machine-access takes namespaces, privileged and absolute paths, separated by commas, not "${wrong}"`,
    );
  return { paths, namespaces: words.includes("namespaces"), privileged: words.includes("privileged") };
}
