import { resolve } from "node:path";
import { writeStarter } from "@catalyst/blueprint/starter";
import type { Command } from "../cli/command.ts";

/** Writes the folder of a new Blueprint. */
export const blueprintNew: Command = {
  positionals: "NAME",
  count: { min: 1, max: 1 },
  options: {
    folder: { type: "string", value: "FOLDER", help: "Where to write it (default: platform/NAME)" },
  },
  examples: ["./catalyst blueprint new my-shop"],
  run: async ({ arguments: given, folder, terminal }) => {
    const name = given.positionals[0] ?? "";
    const target = given.text("folder") ?? `platform/${name}`;
    const files = await writeStarter(resolve(folder, target), name);
    terminal.result({ folder: target, files }, files.map((file) => `${target}/${file}`).join("\n"));
    return 0;
  },
};
