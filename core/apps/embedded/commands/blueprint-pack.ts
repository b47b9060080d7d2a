import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseBlueprint, readFolder } from "@catalyst/blueprint/folder";
import { layoutArchive, packBlueprint } from "@catalyst/blueprint/release";
import type { Command } from "../cli/command.ts";

/** Packs a Blueprint folder into an archive whose bytes depend on the folder alone. */
export const blueprintPack: Command = {
  positionals: "FOLDER",
  count: { min: 1, max: 1 },
  options: {
    file: {
      type: "string",
      short: "f",
      value: "FILE",
      help: "Where to write it (default: <name>-<version>.tar)",
    },
  },
  examples: ["./catalyst blueprint pack platform/static-site"],
  run: async ({ arguments: given, folder, terminal }) => {
    const packed = packBlueprint(
      parseBlueprint(await readFolder(resolve(folder, given.positionals[0] ?? "."))),
    );
    const file = given.text("file") ?? `${packed.name}-${packed.version}.tar`;
    await writeFile(resolve(folder, file), layoutArchive(packed));
    const { name, version, digest } = packed;
    terminal.result({ name, version, digest, file }, `${name} ${version}\n${digest}\n${file}`);
    return 0;
  },
};
