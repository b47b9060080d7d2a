import { isAbsolute } from "node:path";
import type { MachineAccess } from "@catalyst/embedded-node";
import { UsageError } from "../../cli/errors.ts";

/** Words that stand for themselves. */
const kinds = ["loopback", "namespaces", "privileged"] as const;

/** Reads what of the machine clusters may reach: these words and folders, by commas. Throws UsageError. */
export function readMachineAccess(text: string | undefined): MachineAccess {
  const words = (text ?? "").split(",").filter((word) => word !== "");
  const paths = words.filter(isAbsolute);
  const wrong = words.find((word) => !isAbsolute(word) && !kinds.some((kind) => kind === word));
  if (wrong !== undefined)
    throw new UsageError(
      `--machine-access takes loopback, namespaces, privileged and absolute paths, separated by commas, not "${wrong}"`,
    );
  const has = (kind: (typeof kinds)[number]) => words.includes(kind);
  return {
    paths,
    loopback: has("loopback"),
    namespaces: has("namespaces"),
    privileged: has("privileged"),
  };
}
