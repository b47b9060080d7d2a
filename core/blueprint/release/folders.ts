import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Where a checkout keeps Blueprints (facts: "Sources"). */
const parents = ["platform", "products"];

/** The Blueprint folders of a checkout, relative to it and sorted: `platform/static-site`. */
export async function blueprintFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const parent of parents) {
    for (const name of await readdir(join(root, parent)).catch(() => [])) {
      const file = join(root, parent, name, "blueprint.yaml");
      const isThere = await stat(file).then(
        (entry) => entry.isFile(),
        () => false,
      );
      if (isThere) found.push(`${parent}/${name}`);
    }
  }
  return found.sort();
}
