import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { type Build, type BuildOptions, buildKustomization, type InflateChart } from "@catalyst/kustomize";
import type { Arguments, Command } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { buildRoot, diskTree, isBelow, treePath } from "./kustomize/disk-tree.ts";

/** Prints what a kustomization builds, as the kustomize program does. */
export const kustomizeBuild: Command = {
  positionals: "[DIR]",
  count: { min: 0, max: 1 },
  options: {
    root: {
      type: "string",
      value: "DIR",
      help: "Nothing outside is read; by default the Git repository, else where the command is given",
    },
    "load-restrictor": {
      type: "string",
      value: "RULE",
      default: "LoadRestrictionsRootOnly",
      help: "With LoadRestrictionsNone a kustomization may name files beside its folder",
    },
    "enable-helm": { type: "boolean", help: "Render the charts that lie in its chartHome" },
    "helm-kube-version": {
      type: "string",
      value: "VERSION",
      help: "The Kubernetes version charts are told, unless their kustomization says one",
    },
    "helm-api-versions": {
      type: "string",
      multiple: true,
      value: "API",
      help: "An API charts are told of, unless their kustomization says which",
    },
  },
  examples: [
    "./catalyst kustomize build overlays/production",
    "./catalyst kustomize build --root .. --enable-helm",
  ],
  run: async ({ arguments: given, folder, terminal }) => {
    const path = given.positionals[0] ?? ".";
    // Its bases stand beside the folder itself, not beside a link to it.
    const target = folderAt(folder, path);
    const root = rootOf(given, folder, target);
    const { objects, text } = build({
      files: diskTree(root),
      path: treePath(root, target),
      restriction: restrictionOf(given),
      inflate: await inflatorOf(given),
    });
    terminal.result(objects, text());
    return 0;
  },
};

function folderAt(folder: string, path: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path))
    throw new CatalystError("kustomize-remote-refused", `'${path}' is not a path: nothing is fetched`, {
      hint: "Clone the repository and name its folder.",
    });
  const target = resolve(folder, path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found?.isDirectory()) return realpathSync(target);
  const isFile = found !== undefined;
  throw new CatalystError(
    "kustomize-file-missing",
    isFile ? `'${path}' is no folder` : `there is no folder '${path}'`,
    { hint: isFile ? "Name the folder it lies in." : undefined },
  );
}

function rootOf(given: Arguments, folder: string, target: string): string {
  const wanted = given.text("root");
  if (wanted === undefined) return buildRoot(target, realpathSync(folder));
  const root = folderAt(folder, wanted);
  if (isBelow(root, target)) return root;
  throw new UsageError(`'${given.positionals[0] ?? "."}' doesn't lie in '${wanted}', which --root names`);
}

function restrictionOf(given: Arguments): "folder" | "root" {
  const restrictor = given.text("load-restrictor");
  if (restrictor === "LoadRestrictionsRootOnly") return "folder";
  if (restrictor === "LoadRestrictionsNone") return "root";
  throw new UsageError("--load-restrictor is LoadRestrictionsRootOnly or LoadRestrictionsNone");
}

/** What charts need is loaded for those who have some. */
async function inflatorOf(given: Arguments): Promise<InflateChart | undefined> {
  if (!given.flag("enable-helm")) return undefined;
  return (await import("./kustomize/inflate.ts")).inflatorGiven(given);
}

/** Builds; where an option would have let it, an error says which. */
function build(options: BuildOptions): Build {
  try {
    return buildKustomization(options);
  } catch (error) {
    const hint = isCatalystError(error, "kustomize-helm-refused")
      ? "Give --enable-helm to render those that lie in its chartHome."
      : isCatalystError(error, "kustomize-path-escape") && error.details?.["leavesRoot"] === true
        ? "Name a folder that holds both: --root DIR."
        : undefined;
    if (hint === undefined) throw error;
    const { code, message, place } = error as CatalystError;
    throw new CatalystError(code, message, { cause: error, place, hint });
  }
}
