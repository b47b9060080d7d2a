import { type Digest, digestOf } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import type { Descriptor, Manifest, Registry, StoredManifest } from "@catalyst/ports/oci";
import { readBytes } from "@catalyst/ports/transport";

const manifestType = "application/vnd.oci.image.manifest.v1+json";

/** A registry of one repository in memory. */
export class MemoryRegistry implements Registry {
  readonly host = "registry.test";
  readonly #manifests = new Map<string, Uint8Array>();
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #tags = new Map<string, Digest>();

  /** Stores an artifact of one layer under a tag. */
  async push(tag: string, mediaType: string, layer: Uint8Array): Promise<Digest> {
    const config = await this.putBlob(
      "",
      "application/vnd.cncf.helm.config.v1+json",
      new TextEncoder().encode("{}"),
    );
    const descriptor = await this.putBlob("", mediaType, layer);
    const manifest: Manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [descriptor] };
    const bytes = new TextEncoder().encode(JSON.stringify(manifest));
    const digest = digestOf(bytes);
    await this.putManifest(
      "",
      { descriptor: { mediaType: manifestType, digest, size: bytes.length }, bytes },
      tag,
    );
    return digest;
  }

  async resolve(_repository: string, tag: string): Promise<Descriptor | undefined> {
    const digest = this.#tags.get(tag);
    return digest === undefined ? undefined : { mediaType: manifestType, digest, size: 0 };
  }

  async tags(): Promise<readonly string[]> {
    return [...this.#tags.keys()];
  }

  async repositories(): Promise<readonly string[]> {
    return [];
  }

  async manifest(_repository: string, reference: string): Promise<StoredManifest> {
    const digest = this.#tags.get(reference) ?? (reference as Digest);
    const bytes = this.#manifests.get(digest);
    if (bytes === undefined) throw new CatalystError("oci-not-found", `there is no manifest ${reference}`);
    return { descriptor: { mediaType: manifestType, digest, size: bytes.length }, bytes };
  }

  async putManifest(_repository: string, { descriptor, bytes }: StoredManifest, tag?: string): Promise<void> {
    this.#manifests.set(descriptor.digest, bytes);
    if (tag !== undefined) this.#tags.set(tag, descriptor.digest);
  }

  async blob(_repository: string, digest: Digest): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new CatalystError("oci-not-found", `there is no blob ${digest}`);
    return bytes;
  }

  async *streamBlob(repository: string, digest: Digest): AsyncGenerator<Uint8Array> {
    yield await this.blob(repository, digest);
  }

  async hasBlob(_repository: string, digest: Digest): Promise<boolean> {
    return this.#blobs.has(digest);
  }

  async putBlob(_repository: string, mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
    const digest = digestOf(bytes);
    this.#blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  async putBlobStream(
    repository: string,
    { mediaType }: Descriptor,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    await this.putBlob(repository, mediaType, await readBytes({ body: chunks }));
  }

  async referrers(): Promise<readonly Descriptor[]> {
    return [];
  }
}
