import { isObject } from "@catalyst/base/json";
import { readManifest } from "../protocol/manifest-document.ts";
import type { ContentStore } from "../storage/content.ts";
import { type ContentDigest, contentDigestOf, parseContentDigest } from "../storage/content-digest.ts";
import type { RepositoryStore } from "../storage/repositories.ts";
import { type ArchiveLimits, type ImageArchive, imageInvalid, readImageArchive } from "./archive.ts";
import { type ImageReference, parseImageReference } from "./reference.ts";

/** An image that is in the registry now. */
export interface ImportedImage extends ImageReference {
  readonly digest: string;
}

export interface ImportStores {
  readonly content: ContentStore;
  readonly repositories: RepositoryStore;
  readonly limits: ArchiveLimits;
}

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const nameAnnotations = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/** Deepest nesting of indexes. */
const depthLimit = 4;

/**
 * Takes the images of an archive (docker-archive or OCI layout) into the registry. `name`: what to call the
 * image instead of what the archive says; only for an archive with one. Throws `image-invalid`.
 */
export async function importArchive(
  stores: ImportStores,
  stream: AsyncIterable<Uint8Array>,
  name?: string,
): Promise<readonly ImportedImage[]> {
  const archive = await readImageArchive(stream, stores.content, stores.limits);
  const given = name === undefined ? undefined : parseImageReference(name);
  if (archive.file("manifest.json") !== undefined) return importDocker(stores, archive, given);
  if (archive.file("index.json") !== undefined) return importLayout(stores, archive, given);
  throw imageInvalid("it has neither manifest.json nor index.json");
}

async function importDocker(
  stores: ImportStores,
  archive: ImageArchive,
  given: ImageReference | undefined,
): Promise<ImportedImage[]> {
  const images = await archive.json("manifest.json");
  if (!Array.isArray(images) || !images.every(isObject)) throw imageInvalid("manifest.json is no list");
  if (given !== undefined && images.length !== 1) throw imageInvalid(`it holds ${images.length} images`);
  const imported: ImportedImage[] = [];
  for (const image of images) {
    const tags = Array.isArray(image["RepoTags"]) ? image["RepoTags"].map(String) : [];
    const names = given === undefined ? tags.map(parseImageReference) : [given];
    if (names.length === 0) throw imageInvalid("the image in it has no name");
    const { bytes, blobs } = await dockerManifest(archive, image);
    for (const reference of names) imported.push(await put(stores, reference, bytes, blobs));
  }
  return imported;
}

/** Builds an OCI manifest of an image saved by Docker's format; its config is valid in both. */
async function dockerManifest(archive: ImageArchive, image: Record<string, unknown>) {
  const configPath = String(image["Config"]);
  const config = archive.file(configPath);
  const paths = Array.isArray(image["Layers"]) ? image["Layers"].map(String) : [];
  const layers = paths.map((path) => archive.file(path) ?? missing(path));
  if (config === undefined) return missing(configPath);
  const document = await archive.json(configPath);
  const rootfs = isObject(document) && isObject(document["rootfs"]) ? document["rootfs"] : {};
  const diffs = Array.isArray(rootfs["diff_ids"]) ? rootfs["diff_ids"] : [];
  if (diffs.length !== layers.length) throw imageInvalid("its config and its layers differ in number");
  for (const [index, layer] of layers.entries()) {
    if (!layer.zipped && diffs[index] !== layer.digest.text)
      throw imageInvalid(`layer ${paths[index]} is damaged`);
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: config.digest.text,
      size: config.size,
    },
    layers: layers.map((layer) => ({
      mediaType: `application/vnd.oci.image.layer.v1.tar${layer.zipped ? "+gzip" : ""}`,
      digest: layer.digest.text,
      size: layer.size,
    })),
  };
  return {
    bytes: new TextEncoder().encode(JSON.stringify(manifest)),
    blobs: [config.digest, ...layers.map((layer) => layer.digest)],
  };
}

async function importLayout(
  stores: ImportStores,
  archive: ImageArchive,
  given: ImageReference | undefined,
): Promise<ImportedImage[]> {
  const index = await archive.json("index.json");
  const entries =
    isObject(index) && Array.isArray(index["manifests"]) ? index["manifests"].filter(isObject) : [];
  if (given !== undefined && entries.length !== 1) throw imageInvalid(`it holds ${entries.length} images`);
  const imported: ImportedImage[] = [];
  for (const entry of entries) {
    const reference = given ?? parseImageReference(nameOf(entry));
    const digest = parseContentDigest(String(entry["digest"]));
    await copyManifest(stores, archive, reference.repository, digest, 0);
    await stores.repositories.setTag(reference.repository, reference.tag, digest);
    imported.push({ ...reference, digest: digest.text });
  }
  return imported;
}

/** Copies a manifest of an OCI layout with all it names; an index with all its images. */
async function copyManifest(
  stores: ImportStores,
  archive: ImageArchive,
  repository: string,
  digest: ContentDigest,
  depth: number,
): Promise<void> {
  if (depth > depthLimit) throw imageInvalid("its indexes are nested too deeply");
  layoutBlob(archive, digest.text);
  const bytes = (await stores.content.read(digest)) ?? missing(digest.text);
  const { record, blobs, manifests } = readManifest(bytes, undefined);
  for (const manifest of manifests) {
    await copyManifest(stores, archive, repository, parseContentDigest(manifest), depth + 1);
  }
  for (const blob of blobs) {
    layoutBlob(archive, blob);
    await stores.repositories.addBlob(repository, parseContentDigest(blob));
  }
  await stores.repositories.addManifest(repository, { ...record, digest: digest.text, size: bytes.length });
}

/** A blob of the layout; what lies under a digest must have it. */
function layoutBlob(archive: ImageArchive, digest: string): void {
  const path = `blobs/${digest.replace(":", "/")}`;
  const file = archive.file(path) ?? missing(path);
  if (file.digest.text !== digest) throw imageInvalid(`${path} is damaged`);
}

async function put(
  { content, repositories }: ImportStores,
  reference: ImageReference,
  bytes: Uint8Array,
  blobs: readonly ContentDigest[],
): Promise<ImportedImage> {
  const { repository, tag } = reference;
  const digest = contentDigestOf(bytes);
  for (const blob of blobs) await repositories.addBlob(repository, blob);
  await content.put(digest, bytes);
  await repositories.addManifest(repository, {
    mediaType: manifestType,
    digest: digest.text,
    size: bytes.length,
  });
  await repositories.setTag(repository, tag, digest);
  return { ...reference, digest: digest.text };
}

function nameOf(entry: Record<string, unknown>): string {
  const annotations = isObject(entry["annotations"]) ? entry["annotations"] : {};
  const name = nameAnnotations.map((key) => annotations[key]).find((value) => typeof value === "string");
  if (name === undefined) throw imageInvalid("an image in it has no name");
  return String(name);
}

function missing(path: string): never {
  throw imageInvalid(`${path} is missing`);
}
