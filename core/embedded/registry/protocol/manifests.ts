import { isObject } from "@catalyst/base/json";
import { type Response, readBytes } from "@catalyst/ports/transport";
import { type ContentDigest, contentDigestOf, parseContentDigest } from "../storage/content-digest.ts";
import type { ManifestRecord } from "../storage/repositories.ts";
import { unsupported } from "./blobs.ts";
import { type Exchange, empty } from "./context.ts";
import { readManifest } from "./manifest-document.ts";
import { RegistryProblem } from "./problem.ts";
import { isTag } from "./route.ts";

/** GET, HEAD, PUT and DELETE of `/v2/<name>/manifests/<reference>`. */
export async function manifestRoute(
  exchange: Exchange,
  repository: string,
  reference: string,
): Promise<Response> {
  if (!reference.includes(":") && !isTag(reference)) {
    throw new RegistryProblem("TAG_INVALID", `${JSON.stringify(reference)} can't be a tag`);
  }
  switch (exchange.request.method) {
    case "GET":
    case "HEAD":
      return getManifest(exchange, repository, reference);
    case "PUT":
      return putManifest(exchange, repository, reference);
    case "DELETE":
      return deleteManifest(exchange, repository, reference);
    default:
      throw unsupported(exchange.request.method);
  }
}

async function getManifest(exchange: Exchange, repository: string, reference: string): Promise<Response> {
  const { repositories, content, request } = exchange;
  const name = reference.includes(":") ? reference : await repositories.tag(repository, reference);
  const digest = name === undefined ? undefined : parseContentDigest(name);
  const record = digest && (await repositories.manifest(repository, digest));
  if (digest === undefined || record === undefined) throw manifestUnknown(reference);
  const headers = {
    "content-type": record.mediaType,
    "content-length": String(record.size),
    "docker-content-digest": digest.text,
    etag: `"${digest.text}"`,
  };
  if (request.method === "HEAD") return { status: 200, headers };
  const body = await content.read(digest);
  if (body === undefined) throw manifestUnknown(reference);
  return { status: 200, headers, body };
}

async function putManifest(exchange: Exchange, repository: string, reference: string): Promise<Response> {
  const { repositories, content } = exchange;
  const bytes = await manifestBytes(exchange);
  const asked = reference.includes(":") ? parseContentDigest(reference) : undefined;
  const digest = contentDigestOf(bytes, asked?.algorithm);
  if (asked !== undefined && asked.text !== digest.text) {
    throw new RegistryProblem("DIGEST_INVALID", `the manifest's digest is ${digest.text}, not ${asked.text}`);
  }
  const document = readManifest(bytes, exchange.request.headers["content-type"]);
  await checkReferences(exchange, repository, document.blobs, document.manifests);
  if (asked === undefined) await checkImmutable(exchange, repository, reference, digest);
  await content.put(digest, bytes);
  const record: ManifestRecord = { ...document.record, digest: digest.text, size: bytes.length };
  await repositories.addManifest(repository, record);
  if (asked === undefined) await repositories.setTag(repository, reference, digest);
  return empty(201, {
    location: `/v2/${repository}/manifests/${digest.text}`,
    "docker-content-digest": digest.text,
    ...(record.subject === undefined ? {} : { "oci-subject": record.subject }),
  });
}

async function manifestBytes(exchange: Exchange): Promise<Uint8Array> {
  try {
    return await readBytes(exchange.request, exchange.maxManifestBytes);
  } catch (error) {
    if (!isObject(error) || error["code"] !== "body-too-large") throw error;
    throw new RegistryProblem("SIZE_INVALID", `a manifest may have ${exchange.maxManifestBytes} bytes`);
  }
}

async function checkReferences(
  exchange: Exchange,
  repository: string,
  blobs: readonly string[],
  manifests: readonly string[],
): Promise<void> {
  for (const blob of blobs) {
    if (await exchange.repositories.hasBlob(repository, parseContentDigest(blob))) continue;
    throw new RegistryProblem("MANIFEST_BLOB_UNKNOWN", `the repository has no blob ${blob}`);
  }
  for (const manifest of manifests) {
    if ((await exchange.repositories.manifest(repository, parseContentDigest(manifest))) !== undefined)
      continue;
    throw new RegistryProblem("MANIFEST_BLOB_UNKNOWN", `the repository has no manifest ${manifest}`);
  }
}

async function checkImmutable(
  exchange: Exchange,
  repository: string,
  tag: string,
  digest: ContentDigest,
): Promise<void> {
  if (!exchange.immutable(repository, tag)) return;
  const current = await exchange.repositories.tag(repository, tag);
  if (current === undefined || current === digest.text) return;
  throw new RegistryProblem("TAG_IMMUTABLE", `${tag} was published already and is never overwritten`);
}

async function deleteManifest(exchange: Exchange, repository: string, reference: string): Promise<Response> {
  const { repositories } = exchange;
  const removed = reference.includes(":")
    ? await repositories.removeManifest(repository, parseContentDigest(reference))
    : await repositories.removeTag(repository, reference);
  if (!removed) throw manifestUnknown(reference);
  return empty(202);
}

function manifestUnknown(reference: string): RegistryProblem {
  return new RegistryProblem("MANIFEST_UNKNOWN", `the repository has no manifest ${reference}`);
}
