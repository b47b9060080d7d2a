import { readdirSync } from "node:fs";
import { join } from "node:path";

const fileNames: ReadonlySet<string> = new Set(["kustomization.yaml", "kustomization.yml", "Kustomization"]);

/** Lists the folders below `root`, itself included, that hold a kustomization, in the order of their paths. */
export function kustomizationFolders(root: string): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    if (entries.some((entry) => entry.isFile() && fileNames.has(entry.name))) found.push(folder);
    for (const entry of entries)
      if (entry.isDirectory() && entry.name !== ".git") walk(join(folder, entry.name));
  };
  walk(root);
  return found.sort();
}
