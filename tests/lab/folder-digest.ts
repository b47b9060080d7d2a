import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Names a folder's content in ten characters: another file, path or byte gives another name. */
export function folderDigest(folder: string, more = ""): string {
  const hash = createHash("sha256").update(more);
  const paths = globSync("**", { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  for (const path of paths.sort()) hash.update(path).update(readFileSync(join(folder, path)));
  return hash.digest("hex").slice(0, 10);
}
