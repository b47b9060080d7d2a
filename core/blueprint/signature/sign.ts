import { rfc3339 } from "@catalyst/base/clock";
import { type Digest, digestOf } from "@catalyst/base/digest";
import type { Descriptor, Manifest, Registry, StoredManifest } from "@catalyst/ports/oci";
import { bundleType, signBundle } from "./bundle.ts";
import type { SigningKey } from "./keys.ts";
import { signatureAnnotation, signatureTag, signSimple, simpleSigningType } from "./simple-signing.ts";
import { type Statement, signaturePredicate, statementOf } from "./statement.ts";

const imageManifestType = "application/vnd.oci.image.manifest.v1+json";

/** What is signed, and where. */
export interface SignTarget {
  readonly registry: Registry;
  readonly repository: string;
  readonly subject: Descriptor;
}

/**
 * Signs an artifact so that cosign accepts it both ways: as a Sigstore bundle among its referrers, and by
 * the classic tag. `now` (milliseconds) is only shown to people.
 */
export async function signArtifact(target: SignTarget, key: SigningKey, now: number): Promise<void> {
  await attest(target, statementOf(target.subject.digest, signaturePredicate, {}), key, now);
  await putClassicSignature(target, key);
}

/** Stores a signed statement about an artifact among its referrers; gives the referrer's digest. */
export async function attest(
  { registry, repository, subject }: SignTarget,
  statement: Statement,
  key: SigningKey,
  now: number,
): Promise<Digest> {
  const layer = await registry.putBlob(repository, bundleType, signBundle(statement, key));
  const config = await registry.putBlob(
    repository,
    "application/vnd.oci.empty.v1+json",
    new TextEncoder().encode("{}"),
  );
  const { mediaType, digest, size } = subject;
  const manifest = stored({
    schemaVersion: 2,
    mediaType: imageManifestType,
    artifactType: bundleType,
    config,
    layers: [layer],
    subject: { mediaType, digest, size },
    annotations: {
      "org.opencontainers.image.created": rfc3339(now),
      "dev.sigstore.bundle.content": "dsse-envelope",
      "dev.sigstore.bundle.predicateType": statement.predicateType,
    },
  });
  await registry.putManifest(repository, manifest);
  return manifest.descriptor.digest;
}

async function putClassicSignature(
  { registry, repository, subject }: SignTarget,
  key: SigningKey,
): Promise<void> {
  const { payload, signature } = signSimple(subject.digest, `${registry.host}/${repository}`, key);
  const layer = await registry.putBlob(repository, simpleSigningType, payload);
  const image = {
    architecture: "",
    os: "",
    config: {},
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  };
  const config = await registry.putBlob(
    repository,
    "application/vnd.oci.image.config.v1+json",
    new TextEncoder().encode(JSON.stringify(image)),
  );
  const manifest = stored({
    schemaVersion: 2,
    mediaType: imageManifestType,
    config,
    layers: [{ ...layer, annotations: { [signatureAnnotation]: signature } }],
  });
  await registry.putManifest(repository, manifest, signatureTag(subject.digest));
}

function stored(manifest: Manifest): StoredManifest {
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  return {
    descriptor: { mediaType: manifest.mediaType, digest: digestOf(bytes), size: bytes.length },
    bytes,
  };
}
