import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { ImageContents } from "./contents.ts";

/** Copies what the image holds of a checkout to a folder, where Node finds all of it. */
export function stageContents(
  checkout: string,
  { files, packages, workspaces }: ImageContents,
  folder: string,
): void {
  for (const path of [...files, ...packages]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(checkout, path), join(folder, path), { recursive: true, filter: isRead });
  }
  for (const [name, path] of workspaces) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(folder, path)), link);
  }
}

/** Packages bring types and maps for those who write programs. */
function isRead(path: string): boolean {
  return !/\.(d\.[cm]?ts|map)$/.test(path);
}
