import type { Response } from "@catalyst/ports/transport";
import { type ContentDigest, parseContentDigest } from "../storage/content-digest.ts";
import { unsupported } from "./blobs.ts";
import { chunksOf, type Exchange, empty } from "./context.ts";
import { RegistryProblem } from "./problem.ts";

/** POST of `/v2/<name>/blobs/uploads/`: mounts a blob, takes it whole, or opens an upload. */
export async function uploadsRoute(exchange: Exchange, repository: string): Promise<Response> {
  const { request, query, uploads, repositories } = exchange;
  if (request.method !== "POST") throw unsupported(request.method);
  const mount = query.get("mount");
  if (mount !== null && (await mountable(exchange, mount, query.get("from")))) {
    const digest = parseContentDigest(mount);
    await repositories.addBlob(repository, digest);
    return created(repository, digest);
  }
  const upload = await uploads.begin(repository);
  const expected = query.get("digest");
  if (expected === null) return accepted(202, repository, upload, 0);
  parseContentDigest(expected);
  await uploads.append(repository, upload, chunksOf(request));
  return finish(exchange, repository, upload, expected);
}

/** PATCH, PUT, GET and DELETE of one upload. */
export async function uploadRoute(exchange: Exchange, repository: string, upload: string): Promise<Response> {
  const { request, query, uploads } = exchange;
  switch (request.method) {
    case "PATCH": {
      const size = await receive(exchange, repository, upload);
      await uploads.keep(repository, upload);
      return accepted(202, repository, upload, size);
    }
    case "PUT": {
      const expected = query.get("digest");
      if (expected === null) throw new RegistryProblem("DIGEST_INVALID", "the digest parameter is missing");
      parseContentDigest(expected);
      await receive(exchange, repository, upload);
      return finish(exchange, repository, upload, expected);
    }
    case "GET":
      return accepted(204, repository, upload, await uploads.size(repository, upload));
    case "DELETE":
      await uploads.cancel(repository, upload);
      return empty(204);
    default:
      throw unsupported(request.method);
  }
}

/**
 * Whether a blob may be mounted: it is in the repository named by `from` or, without one, in any that the
 * caller may read. Otherwise a mount would hand out another's content to whoever knows its digest.
 */
async function mountable(exchange: Exchange, mount: string, from: string | null): Promise<boolean> {
  const digest = parseContentDigest(mount);
  const { repositories } = exchange;
  const candidates = from === null ? await repositories.holdersOf(digest) : [from];
  for (const candidate of candidates) {
    if ((await exchange.allows(candidate, "pull")) !== "allowed") continue;
    if (await repositories.hasBlob(candidate, digest)) return true;
  }
  return false;
}

async function receive(exchange: Exchange, repository: string, upload: string): Promise<number> {
  const { request, uploads } = exchange;
  const range = request.headers["content-range"];
  const match = range === undefined ? undefined : /^(?:bytes )?(\d+)-(\d+)(?:\/.*)?$/.exec(range);
  if (match === null) throw new RegistryProblem("BLOB_UPLOAD_INVALID", "the Content-Range can't be read");
  const start = match === undefined ? undefined : Number(match[1]);
  return uploads.append(repository, upload, chunksOf(request), start);
}

async function finish(
  exchange: Exchange,
  repository: string,
  upload: string,
  expected: string,
): Promise<Response> {
  const digest = await exchange.uploads.finish(repository, upload, expected);
  await exchange.repositories.addBlob(repository, digest);
  return created(repository, digest);
}

function created(repository: string, digest: ContentDigest): Response {
  return empty(201, {
    location: `/v2/${repository}/blobs/${digest.text}`,
    "docker-content-digest": digest.text,
  });
}

function accepted(status: number, repository: string, upload: string, size: number): Response {
  return empty(status, {
    location: `/v2/${repository}/blobs/uploads/${upload}`,
    // The protocol's way to say "nothing yet" is 0-0 as well.
    range: `0-${Math.max(0, size - 1)}`,
    "docker-upload-uuid": upload,
  });
}
