import type { Response } from "@catalyst/ports/transport";
import { parseContentDigest } from "../storage/content-digest.ts";
import { type Exchange, empty, octetStream } from "./context.ts";
import { RegistryProblem } from "./problem.ts";
import { parseRange } from "./range.ts";

/** GET, HEAD and DELETE of `/v2/<name>/blobs/<digest>`. */
export async function blobRoute(exchange: Exchange, repository: string, text: string): Promise<Response> {
  const { request, repositories, content } = exchange;
  const digest = parseContentDigest(text);
  if (request.method === "DELETE") {
    if (!(await repositories.removeBlob(repository, digest))) throw blobUnknown(digest.text);
    return empty(202);
  }
  if (request.method !== "GET" && request.method !== "HEAD") throw unsupported(request.method);
  const size = (await repositories.hasBlob(repository, digest)) ? await content.size(digest) : undefined;
  if (size === undefined) throw blobUnknown(digest.text);
  const headers = {
    "content-type": octetStream,
    "docker-content-digest": digest.text,
    "accept-ranges": "bytes",
    etag: `"${digest.text}"`,
  };
  if (request.method === "HEAD") return { status: 200, headers: { ...headers, "content-length": `${size}` } };
  const range = parseRange(request.headers["range"], size);
  if (range === undefined) {
    return {
      status: 200,
      headers: { ...headers, "content-length": `${size}` },
      body: content.stream(digest),
    };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      "content-length": `${range.end - range.start + 1}`,
      "content-range": `bytes ${range.start}-${range.end}/${size}`,
    },
    body: content.stream(digest, range),
  };
}

export function blobUnknown(digest: string): RegistryProblem {
  return new RegistryProblem("BLOB_UNKNOWN", `the repository has no blob ${digest}`);
}

export function unsupported(method: string): RegistryProblem {
  return new RegistryProblem("UNSUPPORTED", `${method} isn't possible here`);
}
