import { CatalystError } from "@catalyst/base/errors";
import type { FileChange, ObjectId } from "@catalyst/ports/git";
import { type NewObject, newObject, type TreeItem, treeMode, treeObject } from "./objects.ts";

/** Gives the entries of a tree that is there already; none for `undefined`. */
export type ReadTree = (id: ObjectId | undefined) => Promise<readonly TreeItem[]>;

export interface ChangedTree {
  /** Undefined when nothing is left in it. */
  readonly id: ObjectId | undefined;
  /** Blobs and trees to send; some may be there already. */
  readonly objects: readonly NewObject[];
}

/** Changes below one folder: a file's content (`null` deletes it) or further folders. */
interface Folder {
  readonly files: Map<string, Uint8Array | null>;
  readonly folders: Map<string, Folder>;
}

/**
 * Applies file changes to a tree, reading and rewriting only the folders on their paths. A kept file keeps its
 * mode, a new one is an ordinary file; a folder left empty disappears. Throws `git-path-invalid`.
 */
export async function changeTree(
  base: ObjectId | undefined,
  changes: readonly FileChange[],
  readTree: ReadTree,
): Promise<ChangedTree> {
  const root = emptyFolder();
  for (const change of changes) place(root, change);
  const objects: NewObject[] = [];
  const id = await applyFolder(root, base, readTree, objects);
  return { id, objects };
}

async function applyFolder(
  folder: Folder,
  base: ObjectId | undefined,
  readTree: ReadTree,
  objects: NewObject[],
): Promise<ObjectId | undefined> {
  const items = new Map((await readTree(base)).map((item) => [item.name, item]));
  for (const [name, content] of folder.files) {
    const known = items.get(name);
    if (content === null) {
      if (known?.mode !== treeMode) items.delete(name);
      continue;
    }
    const blob = newObject("blob", content);
    if (known?.id !== blob.id) objects.push(blob);
    const isFile = known?.mode === "100644" || known?.mode === "100755";
    items.set(name, { name, mode: isFile ? known.mode : "100644", id: blob.id });
  }
  for (const [name, below] of folder.folders) {
    const known = items.get(name);
    const id = await applyFolder(below, known?.mode === treeMode ? known.id : undefined, readTree, objects);
    if (id !== undefined) items.set(name, { name, mode: treeMode, id });
    else if (known?.mode === treeMode) items.delete(name);
  }
  if (items.size === 0) return undefined;
  const tree = treeObject([...items.values()]);
  if (tree.id !== base) objects.push(tree);
  return tree.id;
}

function place(root: Folder, change: FileChange): void {
  const segments = change.path.split("/");
  if (segments.some((segment) => !isSegment(segment))) throw invalid(change.path);
  const name = segments.pop() ?? "";
  let folder = root;
  for (const segment of segments) {
    if (folder.files.has(segment)) throw invalid(change.path);
    const next = folder.folders.get(segment) ?? emptyFolder();
    folder.folders.set(segment, next);
    folder = next;
  }
  if (folder.folders.has(name) || folder.files.has(name)) throw invalid(change.path);
  const { content } = change;
  folder.files.set(
    name,
    content === undefined ? null : typeof content === "string" ? Buffer.from(content) : content,
  );
}

/** What git itself refuses in a tree, and control characters. */
function isSegment(segment: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return !/^(|\.|\.\.|\.git|git~1)$|[\0-\x1f\x7f\\]/i.test(segment);
}

function emptyFolder(): Folder {
  return { files: new Map(), folders: new Map() };
}

function invalid(path: string): CatalystError {
  return new CatalystError(
    "git-path-invalid",
    `${JSON.stringify(path)} can't be written together with the rest`,
    {
      place: { file: path },
      hint: "Name every file once, by a relative path.",
    },
  );
}
