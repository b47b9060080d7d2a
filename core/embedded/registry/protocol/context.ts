import type { Request, Response } from "@catalyst/ports/transport";
import type { AccessVerdict, RegistryAction } from "../access.ts";
import type { ContentStore } from "../storage/content.ts";
import type { RepositoryStore } from "../storage/repositories.ts";
import type { UploadStore } from "../storage/uploads.ts";

/** One request with what answering it needs. */
export interface Exchange {
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly content: ContentStore;
  readonly repositories: RepositoryStore;
  readonly uploads: UploadStore;
  readonly maxManifestBytes: number;
  /** Whether a tag, once set, may never name another manifest. */
  readonly immutable: (repository: string, tag: string) => boolean;
  /** What the caller may do in another repository than the request's own. */
  readonly allows: (repository: string, action: RegistryAction) => Promise<AccessVerdict>;
}

export const octetStream = "application/octet-stream";

/** Gives an empty answer. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return { status, headers: { "content-length": "0", ...headers } };
}

/** Gives a JSON document of a given media type; HEAD gets its headers alone. */
export function document(
  request: Request,
  value: unknown,
  mediaType = "application/json",
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = new TextEncoder().encode(JSON.stringify(value));
  const all = { "content-type": mediaType, "content-length": String(body.length), ...headers };
  return request.method === "HEAD" ? { status: 200, headers: all } : { status: 200, headers: all, body };
}

/** Gives the request's body as chunks. */
export async function* chunksOf(request: Request): AsyncIterable<Uint8Array> {
  if (request.json !== undefined) yield new TextEncoder().encode(JSON.stringify(request.json));
  else if (request.body instanceof Uint8Array) yield request.body;
  else if (request.body !== undefined) yield* request.body;
}
