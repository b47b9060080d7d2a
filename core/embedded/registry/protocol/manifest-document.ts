import { isObject } from "@catalyst/base/json";
import { parseContentDigest } from "../storage/content-digest.ts";
import type { ManifestRecord } from "../storage/repositories.ts";
import { RegistryProblem } from "./problem.ts";

/** What a manifest's bytes say. */
export interface ManifestDocument {
  readonly record: Omit<ManifestRecord, "digest" | "size">;
  /** Blobs that must be in the repository. */
  readonly blobs: readonly string[];
  /** Manifests (of an index) that must be in the repository. */
  readonly manifests: readonly string[];
}

const imageTypes = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
]);
const indexTypes = new Set([
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/** Reads an image manifest or an index (image-spec 1.1, Docker schema 2). Throws MANIFEST_INVALID. */
export function readManifest(bytes: Uint8Array, contentType: string | undefined): ManifestDocument {
  const document = parseObject(bytes);
  const declared = contentType?.split(";")[0]?.trim();
  const mediaType = typeof document["mediaType"] === "string" ? document["mediaType"] : declared;
  if (mediaType === undefined) throw invalid("its media type is missing");
  if (declared !== undefined && declared !== mediaType) {
    throw invalid(`it says ${mediaType} and was sent as ${declared}`);
  }
  if (document["schemaVersion"] !== 2) throw invalid("schemaVersion is not 2");
  if (!imageTypes.has(mediaType) && !indexTypes.has(mediaType)) {
    throw invalid(`${mediaType} is not a manifest's media type`);
  }
  const config = isObject(document["config"]) ? document["config"] : undefined;
  const blobs = imageTypes.has(mediaType) ? imageBlobs(document, config) : [];
  const manifests = indexTypes.has(mediaType) ? descriptors(document["manifests"]).map(digestText) : [];
  const subject = isObject(document["subject"]) ? digestText(document["subject"]) : undefined;
  const ownType = typeof document["artifactType"] === "string" ? document["artifactType"] : "";
  const configType = typeof config?.["mediaType"] === "string" ? config["mediaType"] : "";
  const artifactType = ownType === "" ? configType : ownType;
  return {
    record: {
      mediaType,
      ...(artifactType === "" ? {} : { artifactType }),
      ...(isObject(document["annotations"]) ? { annotations: textMap(document["annotations"]) } : {}),
      ...(subject === undefined ? {} : { subject }),
    },
    blobs,
    manifests,
  };
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // answered below: what the parser says of someone else's bytes helps nobody
  }
  throw invalid("it is not a JSON object");
}

function imageBlobs(
  document: Record<string, unknown>,
  config: Record<string, unknown> | undefined,
): string[] {
  if (config === undefined) throw invalid("config is missing");
  const layers = descriptors(document["layers"]).filter((layer) => !isElsewhere(layer["mediaType"]));
  return [config, ...layers].map(digestText);
}

/** Layers whose licence forbids distributing them are never in a registry. */
function isElsewhere(mediaType: unknown): boolean {
  const text = String(mediaType);
  return (
    text.includes("nondistributable") || text === "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
  );
}

function descriptors(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw invalid("a list of descriptors is missing");
  return value;
}

function digestText(descriptor: Record<string, unknown>): string {
  return parseContentDigest(String(descriptor["digest"])).text;
}

function textMap(value: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}

function invalid(what: string): RegistryProblem {
  return new RegistryProblem("MANIFEST_INVALID", `the manifest can't be taken: ${what}`);
}
