import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { absent } from "./content.ts";
import { type ContentDigest, parseContentDigest } from "./content-digest.ts";
import { type DurableFiles, syncFolder } from "./durable-file.ts";

/** What the registry remembers of a manifest besides its bytes: what a referrers list shows of it. */
export interface ManifestRecord {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Digest of the manifest this one refers to. */
  readonly subject?: string | undefined;
}

/**
 * What each repository holds, as files: `_blobs`, `_manifests`, `_tags`, `_referrers` below the
 * repository's own folder. A name's parts never begin with an underscore, so nothing can collide. A blob is
 * readable in a repository only when it is listed there, however many others hold the same content
 * (security case 34).
 */
export class RepositoryStore {
  readonly #root: string;
  readonly #files: DurableFiles;

  constructor(root: string, files: DurableFiles) {
    this.#root = join(root, "repositories");
    this.#files = files;
  }

  /** Every repository, sorted. */
  async names(): Promise<string[]> {
    const found: string[] = [];
    const walk = async (name: string): Promise<void> => {
      const entries = await readdir(join(this.#root, name)).catch(absent);
      if (entries?.some((entry) => entry.startsWith("_"))) found.push(name);
      for (const entry of entries ?? []) {
        if (!entry.startsWith("_")) await walk(name === "" ? entry : `${name}/${entry}`);
      }
    };
    await walk("");
    return found.sort();
  }

  async exists(repository: string): Promise<boolean> {
    const entries = (await readdir(join(this.#root, repository)).catch(absent)) ?? [];
    return entries.some((entry) => entry.startsWith("_"));
  }

  async hasBlob(repository: string, digest: ContentDigest): Promise<boolean> {
    return (await stat(this.#blob(repository, digest)).catch(absent)) !== undefined;
  }

  async addBlob(repository: string, digest: ContentDigest): Promise<void> {
    if (await this.hasBlob(repository, digest)) return;
    await this.#files.write(this.#blob(repository, digest), new Uint8Array());
  }

  async removeBlob(repository: string, digest: ContentDigest): Promise<boolean> {
    return this.#remove(this.#blob(repository, digest));
  }

  /** Repositories that list a blob. */
  async holdersOf(digest: ContentDigest): Promise<string[]> {
    const holders: string[] = [];
    for (const name of await this.names()) if (await this.hasBlob(name, digest)) holders.push(name);
    return holders;
  }

  async manifest(repository: string, digest: ContentDigest): Promise<ManifestRecord | undefined> {
    const text = await readFile(this.#manifest(repository, digest), "utf8").catch(absent);
    return text === undefined ? undefined : (JSON.parse(text) as ManifestRecord);
  }

  async addManifest(repository: string, record: ManifestRecord): Promise<void> {
    const digest = parseContentDigest(record.digest);
    if (record.subject !== undefined) {
      const referrer = this.#referrer(repository, parseContentDigest(record.subject), digest);
      await this.#files.write(referrer, new Uint8Array());
    }
    await this.#files.write(this.#manifest(repository, digest), Buffer.from(JSON.stringify(record)));
  }

  /** Removes a manifest with the tags that name it; false when it wasn't there. */
  async removeManifest(repository: string, digest: ContentDigest): Promise<boolean> {
    const record = await this.manifest(repository, digest);
    if (record === undefined) return false;
    for (const tag of await this.tags(repository)) {
      if ((await this.tag(repository, tag)) === digest.text) await this.removeTag(repository, tag);
    }
    await this.#remove(this.#manifest(repository, digest));
    if (record.subject !== undefined) {
      await this.#remove(this.#referrer(repository, parseContentDigest(record.subject), digest));
    }
    return true;
  }

  /** Manifests whose subject is `subject`, by digest. */
  async referrers(repository: string, subject: ContentDigest): Promise<ManifestRecord[]> {
    const folder = join(this.#folder(repository), "_referrers", fileName(subject));
    const records: ManifestRecord[] = [];
    for (const digest of await this.#digestsIn(folder)) {
      const record = await this.manifest(repository, digest);
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  /** The digest a tag names. */
  async tag(repository: string, tag: string): Promise<string | undefined> {
    return readFile(this.#tag(repository, tag), "utf8").catch(absent);
  }

  async setTag(repository: string, tag: string, digest: ContentDigest): Promise<void> {
    await this.#files.write(this.#tag(repository, tag), Buffer.from(digest.text));
  }

  async removeTag(repository: string, tag: string): Promise<boolean> {
    return this.#remove(this.#tag(repository, tag));
  }

  /** Every tag, in code-point order. */
  async tags(repository: string): Promise<string[]> {
    const entries = (await readdir(join(this.#folder(repository), "_tags")).catch(absent)) ?? [];
    return entries.map(tagOf).sort();
  }

  async #digestsIn(folder: string): Promise<ContentDigest[]> {
    const entries = (await readdir(folder).catch(absent)) ?? [];
    return entries.sort().map((entry) => parseContentDigest(entry.replace("-", ":")));
  }

  async #remove(path: string): Promise<boolean> {
    if ((await stat(path).catch(absent)) === undefined) return false;
    await rm(path, { force: true });
    await syncFolder(join(path, ".."));
    return true;
  }

  #folder(repository: string): string {
    return join(this.#root, repository);
  }

  #blob(repository: string, digest: ContentDigest): string {
    return join(this.#folder(repository), "_blobs", fileName(digest));
  }

  #manifest(repository: string, digest: ContentDigest): string {
    return join(this.#folder(repository), "_manifests", fileName(digest));
  }

  #referrer(repository: string, subject: ContentDigest, digest: ContentDigest): string {
    return join(this.#folder(repository), "_referrers", fileName(subject), fileName(digest));
  }

  #tag(repository: string, tag: string): string {
    return join(this.#folder(repository), "_tags", tagFile(tag));
  }
}

function fileName(digest: ContentDigest): string {
  return `${digest.algorithm}-${digest.hex}`;
}

/** Upper case is written `%x`, so that `V1` and `v1` differ on every file system; `%` can't be in a tag. */
function tagFile(tag: string): string {
  return tag.replace(/[A-Z]/g, (letter) => `%${letter.toLowerCase()}`);
}

function tagOf(file: string): string {
  return file.replace(/%([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
