import { packTar } from "../archive/tar.ts";
import type { PackedBlueprint } from "./pack.ts";

/** Writes a packed Blueprint as an OCI image layout in a tar, which oras, skopeo and Catalyst read. */
export function layoutArchive(packed: PackedBlueprint): Uint8Array {
  const { descriptor, bytes } = packed.artifact;
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        ...descriptor,
        annotations: { "org.opencontainers.image.ref.name": `${packed.name}:${packed.version}` },
      },
    ],
  };
  const blobs = [{ descriptor, bytes }, ...packed.blobs].map(
    (blob) => [`blobs/${blob.descriptor.digest.replace(":", "/")}`, blob.bytes] as const,
  );
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return packTar(
    new Map([
      ["oci-layout", encode({ imageLayoutVersion: "1.0.0" })],
      ["index.json", encode(index)],
      ...blobs,
    ]),
  );
}
