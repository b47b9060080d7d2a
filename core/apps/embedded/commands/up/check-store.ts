import { existsSync } from "node:fs";
import { join } from "node:path";
import { isCatalystError } from "@catalyst/base/errors";
import { openStore } from "@catalyst/embedded-store";
import type { Call, ExitCode } from "../../cli/command.ts";
import { EnvironmentError } from "../../cli/errors.ts";

/** Reads a data folder's store back, record by record. Ends with 1 and what is damaged when something is. */
export async function checkStore({ terminal }: Call, root: string): Promise<ExitCode> {
  const damages = await damagesOf(root);
  const text =
    damages.length === 0
      ? `${root} is whole.`
      : ["What is damaged:", ...damages.map((damage) => `  ${damage}`)].join("\n");
  terminal.result({ damages }, text);
  return damages.length === 0 ? 0 : 1;
}

async function damagesOf(root: string): Promise<readonly string[]> {
  if (!existsSync(join(root, "store.db"))) {
    throw new EnvironmentError(`there is no Sovereign's data in ${root}`, {
      hint: "Name the folder with --data.",
    });
  }
  try {
    const store = await openStore({ dir: root });
    try {
      return await store.check();
    } finally {
      await store.close();
    }
  } catch (error) {
    if (isCatalystError(error, "store-damaged")) return [error.message];
    if (!isCatalystError(error)) throw error;
    throw new EnvironmentError(error.message, { cause: error, hint: error.hint });
  }
}
