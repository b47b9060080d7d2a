import type { Digest } from "@catalyst/base/digest";
import { isCatalystError } from "@catalyst/base/errors";
import type { Descriptor, Manifest, Registry } from "@catalyst/ports/oci";
import { bundleType, type OpenedBundle, openBundle } from "./bundle.ts";
import type { TrustedKey } from "./keys.ts";
import { signatureAnnotation, signatureTag, simpleSigner, simpleSigningType } from "./simple-signing.ts";
import {
  provenancePredicate,
  sbomPredicate,
  signaturePredicate,
  speaksOf,
  withdrawalPredicate,
} from "./statement.ts";

/** A statement that a trusted key signed. */
export interface VerifiedStatement {
  /** The referrer that holds it. */
  readonly digest: Digest;
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
  /** Fingerprint of the key. */
  readonly signer: string;
  /** When it was stored, as its maker says. */
  readonly createdAt?: string | undefined;
}

export type Verification =
  | {
      readonly verified: true;
      /** Fingerprint of the key that signed the artifact. */
      readonly signer: string;
      readonly signedAt?: string | undefined;
      readonly sbom?: VerifiedStatement | undefined;
      readonly provenance?: VerifiedStatement | undefined;
      /** Present when it was withdrawn after it was published. */
      readonly withdrawal?: VerifiedStatement | undefined;
    }
  | { readonly verified: false; readonly reason: string };

const unsigned = "it has no signature by a trusted key";

/** Referrers looked at, and bytes read of one, before giving up (security case 33). */
const referrerLimit = 64;
const bundleSizeLimit = 16 * 1024 * 1024;

/**
 * Tells whether a trusted key signed exactly this digest, as a Sigstore bundle or by cosign's classic tag.
 * Everything that can't be read as such counts as absent: it fails closed (security case 32). Throws
 * `oci-unavailable` when the registry doesn't answer, since then nothing is known.
 */
export async function verifyArtifact(
  registry: Registry,
  repository: string,
  digest: Digest,
  keys: readonly TrustedKey[],
): Promise<Verification> {
  if (keys.length === 0) return { verified: false, reason: "no key is trusted" };
  const reading = new Reading();
  const statements = await verifiedStatements(registry, repository, digest, keys, reading);
  const find = (type: string) => statements.find((statement) => statement.predicateType === type);
  const signature = find(signaturePredicate);
  const signer = signature?.signer ?? (await classicSigner(registry, repository, digest, keys, reading));
  if (signer === undefined) return { verified: false, reason: reading.damage ?? unsigned };
  return {
    verified: true,
    signer,
    signedAt: signature?.createdAt,
    sbom: find(sbomPredicate),
    provenance: find(provenancePredicate),
    withdrawal: find(withdrawalPredicate),
  };
}

/** As verifyArtifact, and a Blueprint's bill of materials must be signed as well. */
export async function verifyRelease(
  registry: Registry,
  repository: string,
  digest: Digest,
  keys: readonly TrustedKey[],
): Promise<Verification> {
  const verification = await verifyArtifact(registry, repository, digest, keys);
  if (!verification.verified || verification.sbom !== undefined) return verification;
  return { verified: false, reason: "it has no SBOM signed by a trusted key" };
}

async function verifiedStatements(
  registry: Registry,
  repository: string,
  digest: Digest,
  keys: readonly TrustedKey[],
  reading: Reading,
): Promise<VerifiedStatement[]> {
  const referrers = await registry.referrers(repository, digest, bundleType);
  const found: VerifiedStatement[] = [];
  for (const referrer of referrers.slice(0, referrerLimit)) {
    const bundle = await reading.orAbsent(() => readBundle(registry, repository, referrer, keys));
    if (bundle === undefined || !speaksOf(bundle.statement, digest)) continue;
    found.push({
      digest: referrer.digest,
      predicateType: bundle.statement.predicateType,
      predicate: bundle.statement.predicate,
      signer: bundle.signer.fingerprint,
      createdAt: referrer.annotations?.["org.opencontainers.image.created"],
    });
  }
  return found;
}

async function readBundle(
  registry: Registry,
  repository: string,
  referrer: Descriptor,
  keys: readonly TrustedKey[],
): Promise<OpenedBundle | undefined> {
  const manifest = await readManifest(registry, repository, referrer.digest);
  const [layer] = manifest.layers;
  if (layer === undefined || manifest.layers.length !== 1 || layer.mediaType !== bundleType) return undefined;
  if (layer.size > bundleSizeLimit) return undefined;
  return openBundle(await registry.blob(repository, layer.digest), keys);
}

async function classicSigner(
  registry: Registry,
  repository: string,
  digest: Digest,
  keys: readonly TrustedKey[],
  reading: Reading,
): Promise<string | undefined> {
  const tag = await registry.resolve(repository, signatureTag(digest));
  if (tag === undefined) return undefined;
  const manifest = await reading.orAbsent(() => readManifest(registry, repository, tag.digest));
  for (const layer of manifest?.layers.slice(0, referrerLimit) ?? []) {
    const signature = layer.annotations?.[signatureAnnotation];
    const readable = layer.mediaType === simpleSigningType && layer.size <= bundleSizeLimit;
    if (signature === undefined || !readable) continue;
    const payload = await reading.orAbsent(() => registry.blob(repository, layer.digest));
    const signer = payload && simpleSigner({ payload, signature }, digest, keys);
    if (signer !== undefined) return signer.fingerprint;
  }
  return undefined;
}

async function readManifest(registry: Registry, repository: string, digest: Digest): Promise<Manifest> {
  const { bytes } = await registry.manifest(repository, digest);
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Manifest>;
  return { ...manifest, layers: Array.isArray(manifest.layers) ? manifest.layers : [] } as Manifest;
}

/** Reads what may be missing, and remembers what was altered: that is another reason than being unsigned. */
class Reading {
  damage: string | undefined;

  /** What can't be read is as good as absent, unless the registry merely didn't answer. */
  async orAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (isCatalystError(error, "oci-unavailable")) throw error;
      if (isCatalystError(error, "oci-digest-mismatch"))
        this.damage ??= `its signature is damaged: ${error.message}`;
      return undefined;
    }
  }
}
