import { createHmac, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { digestOf } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { isSameSecret } from "@catalyst/base/same-secret";
import type { Artifact } from "@catalyst/ports/flux";
import type { ClusterName } from "@catalyst/ports/kubernetes";
import type { Handler, Response } from "@catalyst/ports/transport";
import { expand } from "./compression.ts";
import type { SourceFile } from "./source-files.ts";
import { readTar } from "./tar.ts";

/** The source object an artifact belongs to; `kind` as in its path, lower case (`gitrepository`). */
export interface ArtifactOwner {
  readonly cluster: ClusterName;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface NewArtifact {
  readonly revision: string;
  /** `<commit>.tar.gz`, `<digest>.tar.gz`, … */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** What `bytes` unpack to, when it's at hand: saves unpacking them. */
  readonly files?: readonly SourceFile[] | undefined;
}

/** Keeps sources' artifacts in a folder. */
export interface ArtifactStore {
  /** Stores an artifact; the same owner, name and bytes again change nothing. */
  put(owner: ArtifactOwner, artifact: NewArtifact): Promise<Artifact>;
  /** The bytes of an artifact; throws `artifact-missing`, or `artifact-damaged` when they don't have its digest. */
  bytes(cluster: ClusterName, artifact: Artifact): Promise<Uint8Array>;
  /** The files of an artifact that is a tar.gz. Throws as `bytes`. */
  files(cluster: ClusterName, artifact: Artifact): Promise<readonly SourceFile[]>;
  /** Tells whether the artifact is stored, without reading it. */
  exists(cluster: ClusterName, artifact: Artifact): Promise<boolean>;
  /** Checks that the artifact can be had whole, and gives it with the address it has now. */
  present(cluster: ClusterName, artifact: Artifact): Promise<Artifact | undefined>;
  /** Removes all artifacts of an owner but the given and the one before it; `undefined`: all. */
  collect(owner: ArtifactOwner, keep: Artifact | undefined): Promise<void>;
  /**
   * Serves `GET /<capability>/<cluster>/<path>`. The capability is part of every address in a status, so only who
   * may read a cluster's sources can fetch their artifacts.
   */
  readonly handler: Handler;
}

export interface ArtifactStoreOptions {
  /** Made when missing. */
  readonly folder: string;
  /** Where the handler is reached, without a slash at the end: `http://127.0.0.1:9790/artifacts`. */
  readonly address: () => string;
  readonly clock: Clock;
  /** How many bytes of unpacked artifacts stay in memory; default 64 MiB. */
  readonly memoryLimit?: number | undefined;
}

/** Opens the folder of artifacts, and removes what an interrupted run left half written. */
export async function openArtifactStore(options: ArtifactStoreOptions): Promise<ArtifactStore> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const names = await readdir(options.folder, { recursive: true });
  const unfinished = names.filter((name) => name.endsWith(unfinishedEnding));
  await Promise.all(unfinished.map((name) => rm(join(options.folder, name), { force: true })));
  return new FolderStore(options, await capabilityKey(options.folder));
}

const keyBytes = 32;
const unfinishedEnding = ".tmp";

/** Half a key, of a start that was cut off, is replaced: addresses then change, and are told anew. */
async function capabilityKey(folder: string): Promise<Buffer> {
  const path = join(folder, "key");
  const known = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (known?.length === keyBytes) return known;
  const key = randomBytes(keyBytes);
  await writeFile(`${path}.new`, key, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return key;
}

/** Removes a folder and those above it up to a root, as long as nothing is in them. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  if (relative(root, folder) === "") return;
  try {
    await rmdir(folder);
  } catch {
    return;
  }
  await removeEmpty(join(folder, ".."), root);
}

const safeName = /^[a-zA-Z0-9][a-zA-Z0-9._:-]*$/;

class FolderStore implements ArtifactStore {
  readonly #options: ArtifactStoreOptions;
  readonly #key: Buffer;
  readonly #unpacked = new Map<string, { readonly files: readonly SourceFile[]; readonly size: number }>();
  #unpackedSize = 0;

  constructor(options: ArtifactStoreOptions, key: Buffer) {
    this.#options = options;
    this.#key = key;
  }

  async put(owner: ArtifactOwner, artifact: NewArtifact): Promise<Artifact> {
    const path = `${owner.kind}/${owner.namespace}/${owner.name}/${artifact.fileName}`;
    const target = this.#file(owner.cluster, path);
    await mkdir(join(target, ".."), { recursive: true, mode: 0o700 });
    const temporary = `${target}.${randomBytes(6).toString("hex")}${unfinishedEnding}`;
    try {
      await writeFile(temporary, artifact.bytes, { mode: 0o600 });
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    const digest = digestOf(artifact.bytes);
    if (artifact.files !== undefined) this.#remember(digest, artifact.files);
    return {
      url: this.#address(owner.cluster, path),
      path,
      revision: artifact.revision,
      digest,
      lastUpdateTime: rfc3339(this.#options.clock.now()),
      size: artifact.bytes.length,
      ...(artifact.metadata === undefined ? {} : { metadata: artifact.metadata }),
    };
  }

  async bytes(cluster: ClusterName, artifact: Artifact): Promise<Uint8Array> {
    const bytes = await this.#read(cluster, artifact.path);
    if (bytes === undefined)
      throw new CatalystError("artifact-missing", `there is no artifact '${artifact.path}'`);
    if (digestOf(bytes) !== artifact.digest) {
      throw new CatalystError("artifact-damaged", `artifact '${artifact.path}' doesn't have its digest`);
    }
    return bytes;
  }

  async files(cluster: ClusterName, artifact: Artifact): Promise<readonly SourceFile[]> {
    const known = this.#unpacked.get(artifact.digest ?? "");
    if (known !== undefined) return known.files;
    const files = readTar(await expand(await this.bytes(cluster, artifact))).map((file) => ({
      ...file,
      identity: digestOf(file.bytes),
    }));
    this.#remember(artifact.digest ?? "", files);
    return files;
  }

  async exists(cluster: ClusterName, artifact: Artifact): Promise<boolean> {
    return (await modifiedAt(this.#file(cluster, artifact.path))) !== undefined;
  }

  async present(cluster: ClusterName, artifact: Artifact): Promise<Artifact | undefined> {
    try {
      await this.bytes(cluster, artifact);
    } catch (error) {
      if (error instanceof CatalystError) return undefined;
      throw error;
    }
    return { ...artifact, url: this.#address(cluster, artifact.path) };
  }

  async collect(owner: ArtifactOwner, keep: Artifact | undefined): Promise<void> {
    const folder = this.#file(owner.cluster, `${owner.kind}/${owner.namespace}/${owner.name}`);
    if (keep === undefined) {
      await rm(folder, { recursive: true, force: true });
      return removeEmpty(join(folder, ".."), this.#options.folder);
    }
    const names = await readdir(folder).catch(() => []);
    const kept = keep.path.slice(keep.path.lastIndexOf("/") + 1);
    // The one before stays for readers that have just learnt its address.
    const others = names.filter((name) => name !== kept);
    if (others.length < 2) return;
    const dated = await Promise.all(
      others.map(async (name) => ({ name, time: (await modifiedAt(join(folder, name))) ?? 0 })),
    );
    dated.sort((a, b) => b.time - a.time);
    await Promise.all(dated.slice(1).map(({ name }) => rm(join(folder, name), { force: true })));
  }

  readonly handler: Handler = async (request): Promise<Response> => {
    const notFound: Response = { status: 404, headers: {} };
    if (request.method !== "GET" && request.method !== "HEAD")
      return { status: 405, headers: { allow: "GET, HEAD" } };
    const [, capability = "", cluster = "", ...names] = (request.path.split("?")[0] ?? "").split("/");
    if (!safeName.test(cluster) || names.length !== 4 || !names.every((name) => safeName.test(name)))
      return notFound;
    if (!this.#isCapability(capability, cluster)) return notFound;
    const bytes = await this.#read(cluster, names.join("/"));
    if (bytes === undefined) return notFound;
    const headers = { "content-type": "application/gzip", "content-length": String(bytes.length) };
    return request.method === "HEAD" ? { status: 200, headers } : { status: 200, headers, body: bytes };
  };

  #address(cluster: ClusterName, path: string): string {
    return `${this.#options.address()}/${this.#capability(cluster)}/${cluster}/${path}`;
  }

  #capability(cluster: ClusterName): string {
    return createHmac("sha256", this.#key).update(cluster).digest("hex").slice(0, 32);
  }

  #isCapability(given: string, cluster: ClusterName): boolean {
    return isSameSecret(given, this.#capability(cluster));
  }

  #file(cluster: ClusterName, path: string): string {
    for (const name of [cluster, ...path.split("/")]) {
      if (!safeName.test(name))
        throw new CatalystError("artifact-path-invalid", `'${name}' can't name an artifact`);
    }
    return join(this.#options.folder, cluster, path);
  }

  async #read(cluster: ClusterName, path: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.#file(cluster, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  #remember(digest: string, files: readonly SourceFile[]): void {
    if (this.#unpacked.has(digest)) return;
    const size = files.reduce((sum, file) => sum + file.bytes.length, 0);
    this.#unpacked.set(digest, { files, size });
    this.#unpackedSize += size;
    for (const [oldest, entry] of this.#unpacked) {
      if (this.#unpackedSize <= (this.#options.memoryLimit ?? 64 * 1024 * 1024) || oldest === digest) break;
      this.#unpacked.delete(oldest);
      this.#unpackedSize -= entry.size;
    }
  }
}

async function modifiedAt(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs;
}
