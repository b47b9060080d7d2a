import { sha256Hex } from "@catalyst/base/digest";
import type { Response } from "@catalyst/ports/transport";
import type { ResourceKind } from "../machinery/index.ts";
import { notAcceptable } from "../request/errors.ts";
import type { PathCall } from "./discovery.ts";

interface Document {
  readonly bytes: Buffer;
  readonly hash: string;
}

/** Documents kept at most; the builtin groups' are some twenty. */
const documentLimit = 200;

/**
 * OpenAPI documents by the exact kinds they describe: those of builtin groups are made once for all clusters. What
 * makes them is loaded with the first that is asked for.
 */
export class OpenApiDocuments {
  readonly #documents = new Map<string, Document>();
  /** Kinds are immutable, so which ones they are says what a document over them holds. */
  readonly #identities = new WeakMap<ResourceKind, number>();
  #lastIdentity = 0;

  /** The OpenAPI 3 document of one group and version. */
  async versionThree(groupVersion: string, kinds: readonly ResourceKind[]): Promise<Document> {
    const { openApiV3 } = await import("../machinery/openapi/index.ts");
    return this.#made(`3 ${this.#keyOf(kinds)}`, () => openApiV3(groupVersion, kinds));
  }

  /** The Swagger 2 document over all kinds. */
  async versionTwo(kinds: readonly ResourceKind[], form: "json" | "protobuf"): Promise<Document> {
    const { openApiV2 } = await import("../machinery/openapi/index.ts");
    const key = `2 ${form} ${this.#keyOf(kinds)}`;
    if (form === "json") return this.#made(key, () => openApiV2(kinds));
    const { openApiProtobuf } = await import("./openapi-protobuf.ts");
    return this.#made(key, () => openApiV2(kinds), openApiProtobuf);
  }

  #made(
    key: string,
    make: () => Readonly<Record<string, unknown>>,
    print: (document: Readonly<Record<string, unknown>>) => Buffer = printJson,
  ): Document {
    let document = this.#documents.get(key);
    if (document === undefined) {
      const bytes = print(make());
      document = { bytes, hash: sha256Hex(bytes).toUpperCase() };
      if (this.#documents.size >= documentLimit) this.#documents.delete(this.#documents.keys().next().value!);
      this.#documents.set(key, document);
    }
    return document;
  }

  #keyOf(kinds: readonly ResourceKind[]): string {
    return kinds
      .map((kind) => {
        const known = this.#identities.get(kind) ?? ++this.#lastIdentity;
        this.#identities.set(kind, known);
        return known;
      })
      .join();
  }
}

/** Answers below `/openapi`; undefined for another path. */
export async function openApiDocument(call: PathCall, path: string): Promise<Response | undefined> {
  if (path === "/openapi/v2") return versionTwo(call);
  if (path === "/openapi/v3") return index(call);
  if (!path.startsWith("/openapi/v3/")) return undefined;
  const groupVersion = groupVersionOf(path.slice("/openapi/v3/".length));
  const kinds = call.cluster.kinds.all().filter((kind) => kind.apiVersion === groupVersion);
  if (kinds.length === 0) return undefined;
  return send(await call.parts.openApi.versionThree(groupVersion!, kinds), call);
}

const protobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
/** The media types of Swagger 2, by what clients call them; the protobuf's has an older name too. */
const versionTwoForms = new Map<string, "json" | "protobuf">([
  ["application/json", "json"],
  ["application/*", "json"],
  ["*/*", "json"],
  [protobufType, "protobuf"],
  ["application/com.github.proto-openapi.spec.v2@v1.0+protobuf", "protobuf"],
]);

/** The document in the first form the client names. Throws StatusError 406 where it names neither. */
async function versionTwo(call: PathCall): Promise<Response> {
  const accepted = (call.request.headers["accept"] ?? "*/*").split(",");
  const form = accepted.map((type) => versionTwoForms.get(type.split(";")[0]!.trim())).find(Boolean);
  if (form === undefined) throw notAcceptable([...versionTwoForms.keys()]);
  const type = form === "json" ? "application/json" : protobufType;
  return send(await call.parts.openApi.versionTwo(call.cluster.kinds.all(), form), call, type);
}

function printJson(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

async function index({ parts, cluster, basePath }: PathCall): Promise<Response> {
  const groups = Map.groupBy(cluster.kinds.all(), (kind) => kind.apiVersion);
  const paths: (readonly [string, object])[] = [];
  for (const [groupVersion, kinds] of groups) {
    const path = groupVersion.includes("/") ? `apis/${groupVersion}` : `api/${groupVersion}`;
    // Clients join this to the host alone, so what stands before the path below the host is in it.
    const { hash } = await parts.openApi.versionThree(groupVersion, kinds);
    paths.push([path, { serverRelativeURL: `${basePath}/openapi/v3/${path}?hash=${hash}` }]);
  }
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    json: { paths: Object.fromEntries(paths) },
  };
}

function groupVersionOf(path: string): string | undefined {
  if (path.startsWith("api/")) return path.slice(4);
  return path.startsWith("apis/") ? path.slice(5) : undefined;
}

function send({ bytes, hash }: Document, call: PathCall, type = "application/json"): Response {
  const etag = `"${hash}"`;
  if (call.request.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  const given = call.query.get("hash");
  const caching = given === hash ? { "cache-control": "public, immutable" } : {};
  return { status: 200, headers: { "content-type": type, vary: "Accept", etag, ...caching }, body: bytes };
}
