import { CatalystError } from "@catalyst/base/errors";
import { type EnvironmentTree, type RepositoryFiles, readEnvironmentTree } from "@catalyst/blueprint/plan";
import { parseEnvironmentName } from "@catalyst/model/naming";
import type { FileChange, GitHost, ObjectId, PushedTree, RepositoryRef, TreeFile } from "@catalyst/ports/git";

/** An Environment's repository at one commit. */
export interface EnvironmentSnapshot {
  /** Undefined: the branch has no commit yet. */
  readonly commit: ObjectId | undefined;
  readonly files: RepositoryFiles;
  readonly tree: EnvironmentTree;
}

export const mainBranch = "main";

/** `acme/acme-prod`. */
export function environmentRepository(environment: string): RepositoryRef {
  return { owner: parseEnvironmentName(environment).organization, name: environment };
}

/** Where a tree's files and their contents come from: the host, or a push that isn't accepted yet. */
export interface TreeReader {
  files(commit: ObjectId): Promise<readonly TreeFile[]>;
  read(id: ObjectId): Promise<Uint8Array>;
}

/** Reads a repository through its host. */
export function hostReader(git: GitHost, repository: RepositoryRef): TreeReader {
  return { files: (commit) => git.files(repository, commit), read: (id) => git.readBlob(repository, id) };
}

/** Reads a push before its refs move. */
export function pushReader(tree: PushedTree): TreeReader {
  return { files: (commit) => tree.files(commit), read: (id) => tree.read(id) };
}

/** Largest file read from an Environment's repository: 1 MiB. */
const fileLimit = 1024 * 1024;

/**
 * Reads Environments' repositories, keeping each one's newest snapshot: of the next commit only blobs that
 * differ are read and parsed.
 */
export class EnvironmentReader {
  readonly #newest = new Map<
    string,
    { readonly ids: ReadonlyMap<string, ObjectId>; readonly snapshot: EnvironmentSnapshot }
  >();

  /** Reads on their way, by Environment and commit: who comes meanwhile waits for the same one. */
  readonly #underWay = new Map<string, Promise<EnvironmentSnapshot>>();

  async read(
    environment: string,
    commit: ObjectId | undefined,
    reader: TreeReader,
  ): Promise<EnvironmentSnapshot> {
    if (commit === undefined) return { commit, files: new Map(), tree: await readEnvironmentTree(new Map()) };
    const known = this.#newest.get(environment);
    if (known?.snapshot.commit === commit) return known.snapshot;
    const key = `${environment}@${commit}`;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const reading = this.#read(environment, commit, reader).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, reading);
    return reading;
  }

  async #read(environment: string, commit: ObjectId, reader: TreeReader): Promise<EnvironmentSnapshot> {
    const known = this.#newest.get(environment);
    const entries = (await reader.files(commit)).filter(isRead);
    const ids = new Map(entries.map((entry) => [entry.path, entry.id]));
    const files = new Map<string, string>();
    for (const entry of entries) {
      const kept = known?.ids.get(entry.path) === entry.id ? known.snapshot.files.get(entry.path) : undefined;
      files.set(entry.path, kept ?? (await readText(entry, reader)));
    }
    const snapshot = { commit, files, tree: await readEnvironmentTree(files, known?.snapshot.tree) };
    this.#newest.set(environment, { ids, snapshot });
    return snapshot;
  }

  forget(environment: string): void {
    this.#newest.delete(environment);
  }
}

function isRead(entry: TreeFile): boolean {
  return (
    entry.path.startsWith("applications/") ||
    entry.path === "environment.yaml" ||
    entry.path === "policy.yaml"
  );
}

async function readText(entry: TreeFile, reader: TreeReader): Promise<string> {
  if (entry.mode === "120000" || entry.mode === "160000") {
    throw new CatalystError(
      "repository-link",
      "links and submodules may not be in an Environment's repository",
      { place: { file: entry.path } },
    );
  }
  if ((entry.size ?? 0) > fileLimit) {
    throw new CatalystError("repository-file-large", `the file is larger than ${fileLimit} bytes`, {
      place: { file: entry.path },
    });
  }
  return new TextDecoder().decode(await reader.read(entry.id));
}

/** The changes that lead from one set of files to another. */
export function changesBetween(before: RepositoryFiles, after: RepositoryFiles): readonly FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, content] of after) if (before.get(path) !== content) changes.push({ path, content });
  for (const path of before.keys()) if (!after.has(path)) changes.push({ path, content: undefined });
  return changes;
}
