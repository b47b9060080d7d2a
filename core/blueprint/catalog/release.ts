import { type Digest, isDigest } from "@catalyst/base/digest";
import { describeError, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { BlueprintManifest, BlueprintRelease } from "@catalyst/model/blueprint";
import { catalystApiVersion } from "@catalyst/model/kind";
import type { Descriptor, Registry } from "@catalyst/ports/oci";
import { blueprintManifestType, chartContentType, titleAnnotation } from "../release/media-types.ts";
import type { TrustedKey } from "../signature/keys.ts";
import { type VerifiedStatement, verifyRelease } from "../signature/verify.ts";
import type { CatalogRelease } from "./catalog.ts";
import type { Manifests } from "./manifests.ts";

/** A release as it was read back from the registry. */
export interface RegistryRelease extends CatalogRelease {
  /** Fingerprint of the key that signed it; present when it is verified. */
  readonly signer?: string | undefined;
  readonly publishedAt?: string | undefined;
  readonly sbom?: VerifiedStatement | undefined;
  readonly provenance?: VerifiedStatement | undefined;
  /** The layers by the path of the file each holds: `card/icon.svg`; empty unless verified. */
  readonly files: ReadonlyMap<string, Descriptor>;
  readonly chartLayer?: Descriptor | undefined;
}

/** Where a release is and how it is named there. */
export interface ReleasePlace {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
  /** What the tag named when it was resolved, before anything was verified (security case 31). */
  readonly digest: Digest;
}

/** Largest blueprint.yaml read, in bytes. */
const manifestLimit = 1024 * 1024;

/**
 * Reads one release by its digest: verified first, and only then its content. What isn't verified keeps its
 * name, version and the reason, and nothing of what it says about itself. Throws `oci-unavailable`.
 */
export async function readRelease(
  registry: Registry,
  place: ReleasePlace,
  keys: readonly TrustedKey[],
  manifests: Manifests,
): Promise<RegistryRelease> {
  const verification = await verifyRelease(registry, place.repository, place.digest, keys);
  if (!verification.verified) return refused(place, verification.reason);
  try {
    const { files, chartLayer, manifest } = await readContent(registry, place, manifests);
    return {
      ...place,
      verified: true,
      yanked: verification.withdrawal !== undefined,
      manifest,
      files,
      chartLayer,
      signer: verification.signer,
      publishedAt: verification.signedAt,
      sbom: verification.sbom,
      provenance: verification.provenance,
    };
  } catch (error) {
    if (isCatalystError(error, "oci-unavailable")) throw error;
    return refused(place, `what it holds can't be read: ${describeError(error)}`);
  }
}

/** One release as the Blueprint kind's status shows it. */
export function releaseStatus(release: RegistryRelease): BlueprintRelease {
  const { version, digest, verified, reason, signer, sbom, provenance, publishedAt } = release;
  return {
    version,
    digest,
    verified,
    ...(reason === undefined ? {} : { reason }),
    ...(signer === undefined ? {} : { signer }),
    ...(sbom === undefined ? {} : { sbom: sbom.digest }),
    ...(provenance === undefined ? {} : { provenance: provenance.digest }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(release.yanked ? { yanked: true } : {}),
  };
}

async function readContent(registry: Registry, place: ReleasePlace, manifests: Manifests) {
  const { bytes } = await registry.manifest(place.repository, place.digest);
  const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const layers = isObject(document) && Array.isArray(document["layers"]) ? document["layers"] : [];
  const descriptors = layers.filter(isDescriptor);
  const chartLayer = descriptors.find((layer) => layer.mediaType === chartContentType);
  const manifestLayer = descriptors.find((layer) => layer.mediaType === blueprintManifestType);
  if (chartLayer === undefined) throw new Error("it holds no chart");
  if (manifestLayer === undefined) throw new Error("it holds no blueprint.yaml");
  if (manifestLayer.size > manifestLimit) throw new Error("its blueprint.yaml is too large");
  const manifest = await manifests.read(manifestLayer.digest, () =>
    registry.blob(place.repository, manifestLayer.digest),
  );
  if (manifest.metadata.name !== place.name || manifest.spec.version !== place.version) {
    throw new Error(`its blueprint.yaml says ${manifest.metadata.name} ${manifest.spec.version}`);
  }
  return { manifest, chartLayer, files: filesOf(descriptors) };
}

function filesOf(layers: readonly Descriptor[]): Map<string, Descriptor> {
  const titled = layers.map((layer) => [layer.annotations?.[titleAnnotation] ?? "", layer] as const);
  return new Map(titled.filter(([title, layer]) => title !== "" && layer.mediaType !== chartContentType));
}

function refused(place: ReleasePlace, reason: string): RegistryRelease {
  const manifest: BlueprintManifest = {
    apiVersion: catalystApiVersion,
    kind: "Blueprint",
    metadata: { name: place.name },
    spec: { version: place.version, card: { title: place.name } },
  };
  return { ...place, verified: false, reason, yanked: false, manifest, files: new Map() };
}

function isDescriptor(value: unknown): value is Descriptor {
  return (
    isObject(value) &&
    typeof value["mediaType"] === "string" &&
    typeof value["size"] === "number" &&
    typeof value["digest"] === "string" &&
    isDigest(value["digest"])
  );
}
