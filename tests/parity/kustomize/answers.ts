import { execFile } from "node:child_process";
import { CatalystError, describeError } from "@catalyst/base/errors";
import { buildKustomization } from "@catalyst/kustomize";
import { diskTree, treePath } from "../../../core/apps/embedded/commands/kustomize/disk-tree.ts";
import { chartInflator } from "../../../core/apps/embedded/commands/kustomize/inflate.ts";
import type { Answer } from "../comparison.ts";

/** How long the real program may take; a remote base makes it wait for a network, a busy machine for a processor. */
const timeLimit = 300_000;

/** Most bytes the real program may print. */
const outputLimit = 64 * 1024 * 1024;

/** Which files a kustomization may name: those below its own folder, or any. */
export type Restriction = "folder" | "root";

/** How kustomizations are built. */
export interface Building {
  readonly restriction: Restriction;
  /** The helm program by which the real one renders charts; undefined where both refuse them. */
  readonly helm: string | undefined;
}

/** What the real program makes of a folder. Throws when it doesn't end: that it was ended is no refusal. */
export function theirAnswer(program: string, folder: string, building: Building): Promise<Answer> {
  const words = building.restriction === "root" ? ["--load-restrictor", "LoadRestrictionsNone"] : [];
  if (building.helm !== undefined) words.push("--enable-helm", "--helm-command", building.helm);
  const options = { timeout: timeLimit, maxBuffer: outputLimit, encoding: "utf8" } as const;
  return new Promise((resolve, reject) => {
    execFile(program, ["build", folder, ...words], options, (failure, output, problems) => {
      if (failure === null) resolve({ output });
      else if (failure.killed === true) reject(failure);
      else resolve({ error: problems.trim() || failure.message });
    });
  });
}

/** What ours makes of a folder below `root`, and whether a refusal names the file. */
export function ourAnswer(
  root: string,
  folder: string,
  { restriction, helm }: Building,
): { readonly answer: Answer; readonly isPlaced: boolean } {
  try {
    const build = buildKustomization({
      files: diskTree(root),
      path: treePath(root, folder),
      restriction,
      inflate: helm === undefined ? undefined : chartInflator({ kubeVersion: undefined, apiVersions: [] }),
    });
    return { answer: { output: build.text() }, isPlaced: true };
  } catch (error) {
    const isPlaced = error instanceof CatalystError && error.place?.file !== undefined;
    return { answer: { error: describeError(error) }, isPlaced };
  }
}
