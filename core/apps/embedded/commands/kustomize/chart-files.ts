import { CatalystError } from "@catalyst/base/errors";
import { chartSizeLimit, withoutIgnored } from "@catalyst/charts";
import type { FileTree } from "@catalyst/kustomize";

const nothing: Uint8Array = new Uint8Array();

/**
 * Reads a chart's files by path from its own folder, but for those that its .helmignore names. Throws
 * `kustomize-invalid` for a link among them, without which the chart would be another one, and `kustomize-too-large`.
 */
export function chartFiles(tree: FileTree, folder: string): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, "file" | "other">();
  const walk = (at: string, prefix: string) => {
    for (const name of tree.others?.(at) ?? []) found.set(prefix + name, "other");
    for (const { name, isFolder } of tree.list(at) ?? []) {
      if (isFolder) walk(`${at}/${name}`, `${prefix}${name}/`);
      else found.set(prefix + name, "file");
    }
  };
  walk(folder, "");
  const read = (path: string) => tree.read(`${folder}/${path}`) ?? nothing;
  const unread = new Map([...found.keys()].map((path) => [path, nothing]));
  if (found.get(".helmignore") === "file") unread.set(".helmignore", read(".helmignore"));
  const files = new Map<string, Uint8Array>();
  let size = 0;
  for (const path of withoutIgnored(unread).keys()) {
    const place = { file: `${folder}/${path}` };
    if (found.get(path) === "other") {
      const hint = "Put the file itself there, or name it in .helmignore.";
      throw new CatalystError("kustomize-invalid", "a chart has files and folders alone, and no links", {
        place,
        hint,
      });
    }
    const content = read(path);
    size += content.length;
    if (size > chartSizeLimit) {
      const message = `the chart is larger than ${chartSizeLimit} bytes`;
      throw new CatalystError("kustomize-too-large", message, { place: { file: folder } });
    }
    files.set(path, content);
  }
  return files;
}
