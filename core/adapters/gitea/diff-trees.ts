import type { GitHost, ObjectId, RepositoryRef, TreeFile } from "@catalyst/ports/git";
import { createTwoFilesPatch } from "diff/lib/patch/create.js";

/**
 * Compares two commits that aren't parent and child, file by file: Gitea's API has no such diff. Files that
 * aren't text are only named.
 */
export async function diffTrees(
  host: GitHost,
  repository: RepositoryRef,
  from: ObjectId,
  to: ObjectId,
): Promise<string> {
  const [before, after] = await Promise.all(
    [from, to].map(
      async (id) => new Map((await host.files(repository, id)).map((file) => [file.path, file])),
    ),
  );
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
  const parts: string[] = [];
  for (const path of paths) {
    const [old, now] = [before?.get(path), after?.get(path)];
    if (old?.id === now?.id && old?.mode === now?.mode) continue;
    parts.push(await diffFile(host, repository, path, old, now));
  }
  return parts.join("");
}

async function diffFile(
  host: GitHost,
  repository: RepositoryRef,
  path: string,
  old: TreeFile | undefined,
  now: TreeFile | undefined,
): Promise<string> {
  const head = `diff --git a/${path} b/${path}\n${modeLines(old, now)}`;
  if (old?.id === now?.id) return head;
  const [oldText, newText] = await Promise.all([
    textOf(host, repository, old),
    textOf(host, repository, now),
  ]);
  const oldName = old === undefined ? "/dev/null" : `a/${path}`;
  const newName = now === undefined ? "/dev/null" : `b/${path}`;
  if (oldText === undefined || newText === undefined)
    return `${head}Binary files ${oldName} and ${newName} differ\n`;
  const patch = createTwoFilesPatch(oldName, newName, oldText, newText, undefined, undefined, { context: 3 });
  return head + patch.replace(/^=+\n/, "").replace(/^(---|\+\+\+) (.*)\t$/gm, "$1 $2");
}

function modeLines(old: TreeFile | undefined, now: TreeFile | undefined): string {
  if (old === undefined) return `new file mode ${now?.mode}\n`;
  if (now === undefined) return `deleted file mode ${old.mode}\n`;
  return old.mode === now.mode ? "" : `old mode ${old.mode}\nnew mode ${now.mode}\n`;
}

/** Undefined for what isn't text; git's own test: a NUL among the first 8000 bytes. */
async function textOf(
  host: GitHost,
  repository: RepositoryRef,
  file: TreeFile | undefined,
): Promise<string | undefined> {
  if (file === undefined) return "";
  if (file.mode === "160000") return `Subproject commit ${file.id}\n`;
  const bytes = await host.readBlob(repository, file.id);
  return bytes.subarray(0, 8000).includes(0) ? undefined : new TextDecoder().decode(bytes);
}
