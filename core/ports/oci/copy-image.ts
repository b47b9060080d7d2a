import type { Descriptor, Registry } from "./registry.ts";

/** A repository of a registry. */
export interface ImagePlace {
  readonly registry: Registry;
  readonly repository: string;
}

/** What a manifest or an index of manifests names; the rest of it doesn't matter here. */
interface Names {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

/**
 * Copies what a tag names, an image or an index of images, with everything below it, and gives its descriptor.
 * The tag comes last, so nobody sees half of it; what is there already isn't sent again. Throws as Registry does.
 */
export async function copyImage(from: ImagePlace, to: ImagePlace, tag: string): Promise<Descriptor> {
  return copyManifest(from, to, tag, tag);
}

async function copyManifest(
  from: ImagePlace,
  to: ImagePlace,
  reference: string,
  tag?: string,
): Promise<Descriptor> {
  const manifest = await from.registry.manifest(from.repository, reference);
  const {
    manifests = [],
    config,
    layers = [],
  } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as Names;
  for (const { digest } of manifests) await copyManifest(from, to, digest);
  for (const blob of [...(config === undefined ? [] : [config]), ...layers])
    await to.registry.putBlobStream(
      to.repository,
      blob,
      from.registry.streamBlob(from.repository, blob.digest),
    );
  await to.registry.putManifest(to.repository, manifest, tag);
  return manifest.descriptor;
}
