import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import type { ObjectId, PushedTree, TreeFile } from "@catalyst/ports/git";
import { parseCommit } from "./commit.ts";
import { isObjectId, isPlainRef, isTreePath } from "./names.ts";
import { ObjectReader, type StoredObject } from "./object-reader.ts";
import type { GitProgram } from "./program.ts";

/** An entry of a tree, as `git ls-tree` prints it; `size` is absent for trees and submodules. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly id: ObjectId;
  readonly size?: number;
}

/** Most bytes of one object given through this reader: 16 MiB; larger ones travel by Git itself. */
const objectLimit = 16 * 1024 * 1024;

/**
 * Reads one repository, or what a push brings into it (`environment` then names its quarantine). Names that a
 * caller gives are checked before git sees them; what isn't there is undefined.
 */
export class RepositoryReader implements PushedTree {
  readonly #program: GitProgram;
  readonly #directory: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly objects: ObjectReader;

  constructor(program: GitProgram, directory: string, environment: Readonly<Record<string, string>> = {}) {
    this.#program = program;
    this.#directory = directory;
    this.#environment = environment;
    this.objects = new ObjectReader(program, directory, environment);
  }

  /** The commit that a branch, a tag, a full ref name or an id names; undefined when there's none. */
  async resolve(name: string): Promise<ObjectId | undefined> {
    if (!isPlainRef(name)) return undefined;
    const candidates = isObjectId(name)
      ? [name]
      : name.startsWith("refs/")
        ? [name]
        : [`refs/heads/${name}`, `refs/tags/${name}`];
    for (const candidate of candidates) {
      const found = await this.objects.info(`${candidate}^{commit}`);
      if (found !== undefined) return found.id;
      if (await this.#isRecorded(candidate)) throw brokenRef(candidate);
    }
    return undefined;
  }

  /** A ref that is written down and leads to no commit is damage: taken for absent, its branch would begin anew. */
  async #isRecorded(ref: string): Promise<boolean> {
    if (!ref.startsWith("refs/heads/")) return false;
    const loose = await stat(join(this.#directory, ref)).catch(() => undefined);
    if (loose?.isFile() === true) return true;
    const packed = await readFile(join(this.#directory, "packed-refs"), "utf8").catch(() => "");
    return packed.split("\n").some((line) => line.endsWith(` ${ref}`));
  }

  /** Gives an object of a size fit for memory. Throws `git-object-too-large` past `objectLimit`. */
  async object(name: string): Promise<StoredObject | undefined> {
    const info = await this.objects.info(name);
    if (info === undefined) return undefined;
    if (info.size > objectLimit) {
      throw new CatalystError("git-object-too-large", `an object is larger than ${objectLimit} bytes`);
    }
    return this.objects.contents(name);
  }

  /** What stands at a path of a commit. */
  async at(commit: ObjectId, path: string): Promise<StoredObject | undefined> {
    return isObjectId(commit) && isTreePath(path) ? this.object(`${commit}:${path}`) : undefined;
  }

  /** Entries directly in a commit's or a tree's root. Reads objects, so that it costs no process. */
  async entries(id: ObjectId): Promise<readonly TreeEntry[]> {
    const found = isObjectId(id) ? await this.object(`${id}^{tree}`) : undefined;
    if (found === undefined) throw new CatalystError("git-ref-missing", "there is no such tree");
    const items = parseTreeObject(found.bytes, found.id.length / 2);
    return Promise.all(
      items.map(async (item) => {
        const size = item.type === "blob" ? (await this.objects.info(item.id))?.size : undefined;
        return size === undefined ? item : { ...item, size };
      }),
    );
  }

  /** Every entry below a commit's or a tree's root, or below a folder of it, trees and what is in them. */
  async entriesBelow(id: ObjectId, path?: string): Promise<readonly TreeEntry[]> {
    if (!isObjectId(id)) throw new CatalystError("git-ref-missing", "there is no such tree");
    const treeish = path === undefined ? id : `${id}:${path}`;
    return parseListing(
      await this.run(["ls-tree", "-z", "--long", "-r", "-t", treeish]),
      path === undefined ? "" : `${path}/`,
    );
  }

  async files(commit: ObjectId, path?: string): Promise<readonly TreeFile[]> {
    if (
      path !== undefined &&
      (!isTreePath(path) || (await this.objects.info(`${commit}:${path}`))?.type !== "tree")
    ) {
      return [];
    }
    const entries = await this.entriesBelow(commit, path);
    return entries
      .filter((entry) => entry.type !== "tree")
      .map((entry) => ({
        path: entry.path,
        id: entry.id,
        mode: entry.mode as TreeFile["mode"],
        size: entry.size,
      }));
  }

  async read(id: ObjectId): Promise<Uint8Array> {
    const found = isObjectId(id) ? await this.object(id) : undefined;
    if (found?.type !== "blob") throw new CatalystError("git-ref-missing", "there is no such file");
    return found.bytes;
  }

  /** Tells whether `descendant`'s history contains `ancestor`. */
  async contains(descendant: ObjectId, ancestor: ObjectId): Promise<boolean> {
    const head = await this.object(descendant);
    if (head !== undefined && parseCommit(head).parents.includes(ancestor)) return true;
    const missing = await this.run(["rev-list", "--max-count=1", ancestor, `^${descendant}`, "--"]);
    return missing.length === 0;
  }

  /** Runs a reading command of git in this repository. */
  run(args: readonly string[], signal?: AbortSignal): Promise<Buffer> {
    return this.#program.run([`--git-dir=${this.#directory}`, ...args], {
      environment: this.#environment,
      signal,
    });
  }

  close(): void {
    this.objects.close();
  }
}

const modeTypes: Readonly<Record<string, TreeEntry["type"]>> = { "40000": "tree", "160000": "commit" };

/** Reads a tree object: `<mode> <name>\0<id>` without separators; modes as `git ls-tree` writes them. */
function parseTreeObject(bytes: Buffer, idLength: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    const mode = bytes.toString("latin1", at, space);
    const next = end + 1 + idLength;
    entries.push({
      path: bytes.toString("utf8", space + 1, end),
      mode: mode.padStart(6, "0"),
      type: modeTypes[mode] ?? "blob",
      id: bytes.toString("hex", end + 1, next),
    });
    at = next;
  }
  return entries;
}

function brokenRef(ref: string): CatalystError {
  return new CatalystError(
    "git-repository-damaged",
    `the repository is damaged: ${ref} leads to no commit that is whole`,
    { hint: "Restore the data folder from a backup; `git fsck` in the repository says more." },
  );
}

function parseListing(output: Buffer, prefix: string): TreeEntry[] {
  const lines = output.toString("utf8").split("\0");
  return lines.flatMap((line) => {
    const match = /^(\d{6}) (blob|tree|commit) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line);
    if (match === null) return [];
    const [, mode = "", type, id = "", size, name = ""] = match;
    const entry = { path: prefix + name, mode, type: type as TreeEntry["type"], id };
    return [size === "-" ? entry : { ...entry, size: Number(size) }];
  });
}
