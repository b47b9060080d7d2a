import { digestOf } from "@catalyst/base/digest";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Artifact, OciRepository } from "@catalyst/ports/flux";
import { secrets } from "@catalyst/ports/kubernetes";
import type { Descriptor } from "@catalyst/ports/oci";
import type { ArtifactOwner, ArtifactStore } from "../artifacts/index.ts";
import type { FluxWork } from "../jobs.ts";
import type { Session } from "../reconcile/session.ts";
import type { OciTarget, VerifySignature } from "./observe.ts";

/** Largest layer pulled: as large as an artifact may unpack to. */
const layerLimit = 100 * 1024 * 1024;

/** The owner a repository's artifacts are stored under. */
export function ociArtifactOwner(session: Session<OciRepository>): ArtifactOwner {
  const { namespace = "", name } = session.object.metadata;
  return { cluster: session.cluster, kind: "ocirepository", namespace, name };
}

/** Checks the signature as `spec.verify` asks; anything but a good one is a reason (security case 32). */
export async function verifyTarget(
  session: Session<OciRepository>,
  target: OciTarget,
  verifySignature: VerifySignature,
): Promise<string | undefined> {
  const { verify } = session.object.spec;
  if (verify?.provider !== "cosign") return `unsupported verification provider: ${verify?.provider}`;
  const name = verify.secretRef?.name;
  if (name === undefined) return "keyless verification is not supported by this cluster";
  const { namespace } = session.object.metadata;
  const secret = await session.client.find(secrets, { namespace, name });
  if (secret === undefined) return `secrets "${name}" not found`;
  const keys = Object.entries(secret.data ?? {})
    .filter(([key]) => key.endsWith(".pub"))
    .map(([, value]) => Buffer.from(value, "base64").toString("utf8"));
  try {
    const result = await verifySignature(target, keys);
    if (result.verified) return undefined;
    const reference = `${target.registry.host}/${target.repository}@${target.digest}`;
    return `no matching signatures were found for '${reference}': ${result.reason}`;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    return error.message;
  }
}

/** Pulls the selected layer by digest and stores it as the object's artifact. Throws CatalystErrors. */
export async function pullArtifact(
  session: Session<OciRepository>,
  target: OciTarget,
  { store, work }: { readonly store: ArtifactStore; readonly work: FluxWork },
): Promise<Artifact> {
  const { registry, repository, digest, revision } = target;
  const { bytes } = await registry.manifest(repository, digest);
  if (digestOf(bytes) !== digest)
    throw new CatalystError("oci-digest-mismatch", "the manifest doesn't have its digest");
  const manifest = parseManifest(bytes);
  const { mediaType, operation = "extract" } = session.object.spec.layerSelector ?? {};
  const layer = selectLayer(manifest.layers, mediaType);
  if (layer.size > layerLimit)
    throw new CatalystError("archive-too-large", `the layer is larger than ${layerLimit} bytes`);
  const blob = await registry.blob(repository, layer.digest);
  const { ignore } = session.object.spec;
  const content =
    operation === "copy" ? { bytes: blob } : await work.repackLayer({ layer: blob, ignore }, session.signal);
  return store.put(ociArtifactOwner(session), {
    revision,
    fileName: `${digest}.tar.gz`,
    metadata: manifest.annotations,
    ...content,
  });
}

function selectLayer(layers: readonly Descriptor[], mediaType: string | undefined): Descriptor {
  const layer = mediaType === undefined ? layers[0] : layers.find((item) => item.mediaType === mediaType);
  if (layer !== undefined) return layer;
  const words =
    mediaType === undefined
      ? "no layers found in artifact"
      : `failed to find layer with media type '${mediaType}' in artifact`;
  throw new CatalystError("oci-invalid", words);
}

function parseManifest(bytes: Uint8Array): {
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>> | undefined;
} {
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new CatalystError("oci-invalid", "failed to parse artifact manifest", { cause });
  }
  const layers = isObject(manifest) ? manifest["layers"] : undefined;
  if (!Array.isArray(layers)) throw new CatalystError("oci-invalid", "no layers found in artifact");
  const annotations = isObject(manifest) ? manifest["annotations"] : undefined;
  return {
    layers: layers as Descriptor[],
    annotations: isObject(annotations) ? (annotations as Record<string, string>) : undefined,
  };
}
