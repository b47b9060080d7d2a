import type { Digest } from "@catalyst/base/digest";

/** An OCI content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
}

/** An OCI image manifest (image-spec 1.1), the only manifest kind Catalyst writes. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface StoredManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * An OCI registry by the distribution protocol 1.1. `repository` is the name below the registry
 * (`blueprints/bp-static-site`). Every read by digest checks the bytes against it.
 *
 * Errors: `oci-not-found`, `oci-denied`, `oci-digest-mismatch`, `oci-unavailable`, `oci-invalid`.
 */
export interface Registry {
  /** The host name images and charts are addressed by. */
  readonly host: string;
  /** Tag to digest; undefined when there's no such tag. Always resolve first, then use the digest. */
  resolve(repository: string, tag: string): Promise<Descriptor | undefined>;
  tags(repository: string): Promise<readonly string[]>;
  /** Repositories whose name starts with `prefix`. */
  repositories(prefix: string): Promise<readonly string[]>;
  manifest(repository: string, reference: string): Promise<StoredManifest>;
  /** `reference`: a tag, or undefined to store by digest alone. */
  putManifest(repository: string, manifest: StoredManifest, reference?: string): Promise<void>;
  blob(repository: string, digest: Digest): Promise<Uint8Array>;
  /** A blob piece by piece, for one too large to hold; what was read counts only once the end is reached. */
  streamBlob(repository: string, digest: Digest): AsyncIterable<Uint8Array>;
  hasBlob(repository: string, digest: Digest): Promise<boolean>;
  putBlob(repository: string, mediaType: string, bytes: Uint8Array): Promise<Descriptor>;
  /** Stores a blob piece by piece; bytes that aren't the descriptor's are refused. */
  putBlobStream(repository: string, descriptor: Descriptor, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Manifests whose subject is `digest`. */
  referrers(repository: string, digest: Digest, artifactType?: string): Promise<readonly Descriptor[]>;
}
