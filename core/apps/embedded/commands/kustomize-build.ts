import { resolve } from "node:path";
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
    const target = resolve(folder, given.positionals[0] ?? ".");
    const root = buildRoot(target);
    const { objects, text } = buildKustomization({ files: diskTree(root), path: treePath(root, target) });
    terminal.result(objects, text());
    return 0;
  },
};
