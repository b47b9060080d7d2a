import { createHash } from "node:crypto";
import { type Digest, digestOf, isDigest } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Descriptor, Registry, StoredManifest } from "@catalyst/ports/oci";
import { type Response, readBytes, readJson } from "@catalyst/ports/transport";
import { drain, refusal, Wire, type WireOptions } from "./wire.ts";

export type { RegistryCredentials } from "./wire.ts";

export interface OciRegistryOptions extends WireOptions {
  /** The host name images and charts are addressed by. */
  readonly host: string;
  /** Largest blob read into memory; default 256 MiB. */
  readonly maxBlobBytes?: number;
}

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
].join(", ");

/** Largest manifest and list read: 4 MiB, the distribution specification's limit. */
const manifestLimit = 4 * 1024 * 1024;
const pageSize = 500;
/** Pages of a list read before the rest is left: a registry that always has another can't fill the memory. */
const pageLimit = 200;

/** Speaks OCI distribution 1.1 to any registry. */
export function ociRegistry(options: OciRegistryOptions): Registry {
  return new OciRegistry(options);
}

class OciRegistry implements Registry {
  readonly host: string;
  readonly #wire: Wire;
  readonly #maxBlobBytes: number;

  constructor(options: OciRegistryOptions) {
    this.host = options.host;
    this.#wire = new Wire(options);
    this.#maxBlobBytes = options.maxBlobBytes ?? 256 * 1024 * 1024;
  }

  async resolve(repository: string, tag: string): Promise<Descriptor | undefined> {
    const path = `/v2/${repository}/manifests/${tag}`;
    const response = await this.#wire.send({ method: "HEAD", path, headers: { accept: manifestTypes } });
    await drain(response);
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw await refusal(`${repository}:${tag} can't be resolved`, response);
    const digest = response.headers["docker-content-digest"] ?? "";
    if (!isDigest(digest)) return (await this.manifest(repository, tag)).descriptor;
    return {
      mediaType: mediaTypeOf(response),
      digest,
      size: Number(response.headers["content-length"] ?? 0),
    };
  }

  async tags(repository: string): Promise<readonly string[]> {
    return this.#pages(`/v2/${repository}/tags/list`, "tags");
  }

  async repositories(prefix: string): Promise<readonly string[]> {
    const all = await this.#pages("/v2/_catalog", "repositories");
    return all.filter((name) => name.startsWith(prefix));
  }

  async manifest(repository: string, reference: string): Promise<StoredManifest> {
    const what = `the manifest ${repository}@${reference}`;
    const path = `/v2/${repository}/manifests/${reference}`;
    const response = await this.#wire.send({ method: "GET", path, headers: { accept: manifestTypes } });
    if (response.status !== 200) throw await refusal(`${what} can't be read`, response);
    const bytes = await readBytes(response, manifestLimit);
    const digest = digestOf(bytes);
    const expected = reference.includes(":") ? reference : response.headers["docker-content-digest"];
    if (expected?.startsWith("sha256:") && expected !== digest) throw mismatch(what, expected, digest);
    return { descriptor: { mediaType: mediaTypeOf(response), digest, size: bytes.length }, bytes };
  }

  async putManifest(repository: string, manifest: StoredManifest, reference?: string): Promise<void> {
    const name = reference ?? manifest.descriptor.digest;
    const response = await this.#wire.send({
      method: "PUT",
      path: `/v2/${repository}/manifests/${name}`,
      headers: { "content-type": manifest.descriptor.mediaType },
      body: manifest.bytes,
    });
    if (response.status !== 201) throw await refusal(`${repository}:${name} can't be stored`, response);
    await drain(response);
  }

  async blob(repository: string, digest: Digest): Promise<Uint8Array> {
    const what = `the blob ${repository}@${digest}`;
    const response = await this.#wire.send({ method: "GET", path: `/v2/${repository}/blobs/${digest}` });
    if (response.status !== 200) throw await refusal(`${what} can't be read`, response);
    const bytes = await readBytes(response, this.#maxBlobBytes);
    const actual = digestOf(bytes);
    if (actual !== digest) throw mismatch(what, digest, actual);
    return bytes;
  }

  async *streamBlob(repository: string, digest: Digest): AsyncGenerator<Uint8Array> {
    const what = `the blob ${repository}@${digest}`;
    const response = await this.#wire.send({ method: "GET", path: `/v2/${repository}/blobs/${digest}` });
    if (response.status !== 200) throw await refusal(`${what} can't be read`, response);
    const hash = createHash("sha256");
    const { body = new Uint8Array() } = response;
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      hash.update(chunk);
      yield chunk;
    }
    const actual: Digest = `sha256:${hash.digest("hex")}`;
    if (actual !== digest) throw mismatch(what, digest, actual);
  }

  async hasBlob(repository: string, digest: Digest): Promise<boolean> {
    const response = await this.#wire.send({ method: "HEAD", path: `/v2/${repository}/blobs/${digest}` });
    await drain(response);
    if (response.status === 404) return false;
    if (response.status !== 200) throw await refusal(`the blob ${digest} can't be looked up`, response);
    return true;
  }

  async putBlob(repository: string, mediaType: string, bytes: Uint8Array): Promise<Descriptor> {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    if (await this.hasBlob(repository, descriptor.digest)) return descriptor;
    await this.#upload(repository, descriptor, bytes);
    return descriptor;
  }

  async putBlobStream(
    repository: string,
    descriptor: Descriptor,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    if (!(await this.hasBlob(repository, descriptor.digest)))
      await this.#upload(repository, descriptor, chunks);
  }

  async #upload(
    repository: string,
    descriptor: Descriptor,
    body: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const what = `the blob ${descriptor.digest} can't be stored`;
    const opened = await this.#wire.send({ method: "POST", path: `/v2/${repository}/blobs/uploads/` });
    if (opened.status !== 202) throw await refusal(what, opened);
    await drain(opened);
    const location = new URL(opened.headers["location"] ?? "", "http://registry.invalid");
    location.searchParams.set("digest", descriptor.digest);
    const response = await this.#wire.send({
      method: "PUT",
      path: `${location.pathname}${location.search}`,
      headers: { "content-type": "application/octet-stream", "content-length": String(descriptor.size) },
      body,
    });
    if (response.status !== 201) throw await refusal(what, response);
    await drain(response);
  }

  async referrers(repository: string, digest: Digest, artifactType?: string): Promise<readonly Descriptor[]> {
    const query = artifactType === undefined ? "" : `?${new URLSearchParams({ artifactType })}`;
    const path = `/v2/${repository}/referrers/${digest}${query}`;
    const response = await this.#wire.send({ method: "GET", path });
    // A registry without the referrers API keeps the list in an index under this tag (distribution-spec 1.1).
    const index =
      response.status === 404
        ? await this.#fallbackIndex(repository, digest)
        : await this.#json(response, `the referrers of ${digest} can't be read`);
    const manifests = Array.isArray(index["manifests"]) ? index["manifests"].filter(isDescriptor) : [];
    return manifests.filter((item) => artifactType === undefined || item.artifactType === artifactType);
  }

  async #fallbackIndex(repository: string, digest: Digest): Promise<Record<string, unknown>> {
    const tag = digest.replace(":", "-");
    if ((await this.resolve(repository, tag)) === undefined) return {};
    const { bytes } = await this.manifest(repository, tag);
    const index: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(index) ? index : {};
  }

  async #pages(path: string, field: string): Promise<readonly string[]> {
    const items: string[] = [];
    let next: string | undefined = `${path}?n=${pageSize}`;
    for (let page = 0; next !== undefined && page < pageLimit; page++) {
      const response: Response = await this.#wire.send({ method: "GET", path: next });
      if (response.status === 404) return items;
      const answer = await this.#json(response, `${path} can't be read`);
      const list: unknown = answer[field];
      if (Array.isArray(list)) items.push(...list.map(String));
      next = nextPath(response.headers["link"]);
    }
    return items;
  }

  async #json(response: Response, what: string): Promise<Record<string, unknown>> {
    if (response.status !== 200) throw await refusal(what, response);
    const value = await readJson(response, manifestLimit);
    if (!isObject(value)) throw new CatalystError("oci-invalid", `${what}: the answer is no JSON object`);
    return value;
  }
}

function mediaTypeOf(response: Response): string {
  return (response.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
}

/** The path of a Link header's next page; only its path and query count, never another host. */
function nextPath(link: string | undefined): string | undefined {
  const target = /<([^>]*)>;\s*rel="?next"?/.exec(link ?? "")?.[1];
  if (target === undefined) return undefined;
  const url = new URL(target, "http://registry.invalid");
  return `${url.pathname}${url.search}`;
}

function isDescriptor(value: unknown): value is Descriptor {
  return (
    isObject(value) &&
    typeof value["mediaType"] === "string" &&
    typeof value["digest"] === "string" &&
    isDigest(value["digest"])
  );
}

function mismatch(what: string, expected: string, actual: string): CatalystError {
  return new CatalystError("oci-digest-mismatch", `${what} isn't what its digest says: it is ${actual}`, {
    details: { expected, actual },
  });
}
