import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { RepositoryRef } from "@catalyst/ports/git";
import { isOwnerName, isRepositoryName } from "./names.ts";
import type { GitProgram } from "./program.ts";

/** What is kept of an organization beside its repositories. */
export interface OrganizationRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** RFC 3339. */
  readonly created: string;
}

/** What is kept of a repository beside its objects and refs. */
export interface RepositoryRecord extends OrganizationRecord {
  readonly defaultBranch: string;
}

/**
 * The data folder: `organizations/<owner>/organization.json` and bare repositories
 * `organizations/<owner>/<name>.git` with `catalyst/repository.json` inside. Something appears and disappears by
 * one rename, so a crash leaves it whole or absent.
 */
export class GitFolder {
  readonly #root: string;
  readonly #staging: string;
  readonly #program: GitProgram;

  constructor(folder: string, program: GitProgram) {
    this.#root = join(folder, "organizations");
    this.#staging = join(folder, "staging");
    this.#program = program;
  }

  /** Removes what an interrupted run left. The caller holds the data folder's lock. */
  async recover(): Promise<void> {
    await rm(this.#staging, { recursive: true, force: true });
    await mkdir(this.#staging, { recursive: true });
    await mkdir(this.#root, { recursive: true });
    for (const { name } of await this.organizations()) {
      for (const repository of await this.repositories(name)) {
        await removeLeftovers(this.directory({ owner: name, name: repository.name }));
      }
    }
  }

  directory(repository: RepositoryRef): string {
    return join(this.#root, repository.owner, `${repository.name}.git`);
  }

  /** A file of the host's own inside a repository. */
  ownFile(repository: RepositoryRef, name: string): string {
    return join(this.directory(repository), "catalyst", name);
  }

  async organizations(): Promise<readonly OrganizationRecord[]> {
    const names = (await readdir(this.#root)).filter(isOwnerName).sort();
    return (await Promise.all(names.map((name) => this.organization(name)))).filter(
      (found) => found !== undefined,
    );
  }

  organization(name: string): Promise<OrganizationRecord | undefined> {
    return readRecord(join(this.#root, name, "organization.json"));
  }

  async createOrganization(record: OrganizationRecord): Promise<void> {
    const staged = await mkdtemp(join(this.#staging, "organization-"));
    await writeRecord(join(staged, "organization.json"), record);
    await this.#appear(staged, join(this.#root, record.name), "git-organization-exists");
  }

  /** The caller made sure that it holds no repositories. */
  deleteOrganization(name: string): Promise<void> {
    return this.#disappear(join(this.#root, name));
  }

  async repositories(owner: string): Promise<readonly RepositoryRecord[]> {
    const entries = await readdir(join(this.#root, owner)).catch(() => []);
    const names = entries.filter((entry) => entry.endsWith(".git")).map((entry) => entry.slice(0, -4));
    const records = names
      .filter(isRepositoryName)
      .sort()
      .map((name) => this.repository({ owner, name }));
    return (await Promise.all(records)).filter((found) => found !== undefined);
  }

  repository(repository: RepositoryRef): Promise<RepositoryRecord | undefined> {
    return readRecord(this.ownFile(repository, "repository.json"));
  }

  async createRepository(owner: string, record: RepositoryRecord): Promise<void> {
    const staged = await mkdtemp(join(this.#staging, "repository-"));
    const branch = `--initial-branch=${record.defaultBranch}`;
    await this.#program.run(["init", "--quiet", "--bare", "--template=", branch, "--", staged]);
    await mkdir(join(staged, "catalyst"));
    await writeRecord(join(staged, "catalyst", "repository.json"), record);
    await this.#appear(staged, this.directory({ owner, name: record.name }), "git-repository-exists");
  }

  deleteRepository(repository: RepositoryRef): Promise<void> {
    return this.#disappear(this.directory(repository));
  }

  async #appear(staged: string, place: string, conflict: string): Promise<void> {
    // a folder is never empty here, so renaming onto an existing one fails
    await rename(staged, place).catch(async (cause: NodeJS.ErrnoException) => {
      await rm(staged, { recursive: true, force: true });
      const exists = cause.code === "ENOTEMPTY" || cause.code === "EEXIST";
      throw exists ? new CatalystError(conflict, "it exists already") : cause;
    });
    await syncFolder(join(place, ".."));
  }

  async #disappear(place: string): Promise<void> {
    const doomed = await mkdtemp(join(this.#staging, "deleted-"));
    await rename(place, join(doomed, "it")).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    await syncFolder(join(place, ".."));
    await rm(doomed, { recursive: true, force: true });
  }
}

/** Reads a small JSON file; undefined when there's none. */
export async function readRecord<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as T;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new CatalystError("git-folder-damaged", "a file of the Git host can't be read", {
      cause: error,
      place: { file },
      hint: "Restore the data folder from a backup.",
    });
  }
}

/** Replaces a small JSON file at once and durably. */
export async function writeRecord(file: string, record: unknown): Promise<void> {
  const next = `${file}.next`;
  const handle = await open(next, "w", 0o600);
  try {
    await handle.writeFile(JSON.stringify(record));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Removes lock files and quarantines of pushes that ended with the process. Nothing else runs git here while the
 * data folder's lock is held, so whatever is found is stale.
 */
async function removeLeftovers(directory: string): Promise<void> {
  const remove = (path: string) => rm(path, { recursive: true, force: true });
  for (const entry of await readdir(directory)) {
    if (entry.endsWith(".lock")) await remove(join(directory, entry));
  }
  for (const entry of await readdir(join(directory, "objects"))) {
    if (/^(tmp_objdir-|incoming-|tmp_obj_)/.test(entry)) await remove(join(directory, "objects", entry));
  }
  for (const folder of ["objects/pack", "objects/info"]) {
    for (const entry of await readdir(join(directory, folder)).catch(() => [])) {
      if (entry.startsWith("tmp_") || entry.endsWith(".lock")) await remove(join(directory, folder, entry));
    }
  }
  for (const entry of await readdir(join(directory, "refs"), { recursive: true })) {
    if (!entry.endsWith(".lock")) continue;
    const path = join(directory, "refs", entry);
    if ((await stat(path)).isFile()) await remove(path);
  }
}
