import { statSync } from "node:fs";
import { resolve } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { buildKustomization } from "@catalyst/kustomize";
import type { Command } from "../cli/command.ts";
import { buildRoot, diskTree, treePath } from "./kustomize/disk-tree.ts";

/** Prints what a kustomization builds, as the kustomize program does. */
export const kustomizeBuild: Command = {
  positionals: "DIR",
  count: { min: 1, max: 1 },
  options: {},
  examples: ["./catalyst kustomize build overlays/production"],
  run: async ({ arguments: given, folder, terminal }) => {
    const path = given.positionals[0] ?? ".";
    const target = resolve(folder, path);
    if (!statSync(target, { throwIfNoEntry: false })?.isDirectory())
      throw new CatalystError("kustomize-file-missing", `there is no folder '${path}'`);
    const root = buildRoot(target);
    const { objects, text } = buildKustomization({ files: diskTree(root), path: treePath(root, target) });
    terminal.result(objects, text());
    return 0;
  },
};
