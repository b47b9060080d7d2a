import type { CommandEntry } from "./command.ts";
import { portableCommands } from "./portable-commands.ts";

/** Every command that exists, in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "up",
    summary: "Start an embedded Sovereign",
    load: async () => (await import("../commands/up.ts")).up,
  },
  {
    name: "open",
    summary: "Print a one-time link that signs you in, and open it",
    load: async () => (await import("../commands/open.ts")).open,
  },
  {
    name: "down",
    summary: "Stop the Sovereign of a data folder",
    load: async () => (await import("../commands/down.ts")).down,
  },
  {
    name: "status",
    summary: "Say whether a Sovereign runs, and what stands behind each protocol",
    load: async () => (await import("../commands/status.ts")).status,
  },
  {
    name: "kubeconfig",
    summary: "Print a kubeconfig of the management cluster or an Environment's",
    load: async () => (await import("../commands/kubeconfig.ts")).kubeconfig,
  },
  {
    name: "image import",
    summary: "Put images of an archive into a Sovereign's registry",
    load: async () => (await import("../commands/image-import.ts")).imageImport,
  },
  {
    name: "test",
    summary: "Run the checks and the tests",
    load: async () => (await import("../commands/test.ts")).test,
  },
  ...portableCommands,
];
