import { sha256Hex } from "@catalyst/base/digest";
import type { Response } from "@catalyst/ports/transport";
import type { Cluster } from "../cluster/cluster.ts";
import { openApiV2, openApiV3, type ResourceKind } from "../machinery/index.ts";
import type { PathCall } from "./discovery.ts";

interface Document {
  readonly bytes: Buffer;
  readonly hash: string;
}

/** Documents by the exact set of kinds they describe: those of builtin groups are made once for all clusters. */
const documents = new Map<string, Document>();
const documentLimit = 200;

/** Answers below `/openapi`; undefined for another path. */
export function openApiDocument(call: PathCall, path: string): Response | undefined {
  if (path === "/openapi/v2") return send(versionTwo(call.cluster), call);
  if (path === "/openapi/v3") return index(call);
  if (!path.startsWith("/openapi/v3/")) return undefined;
  const groupVersion = groupVersionOf(path.slice("/openapi/v3/".length));
  const kinds = call.cluster.kinds.all().filter((kind) => kind.apiVersion === groupVersion);
  return kinds.length === 0 ? undefined : send(versionThree(groupVersion!, kinds), call);
}

function index({ cluster, basePath }: PathCall): Response {
  const groups = Map.groupBy(cluster.kinds.all(), (kind) => kind.apiVersion);
  const paths = [...groups].map(([groupVersion, kinds]) => {
    const path = groupVersion.includes("/") ? `apis/${groupVersion}` : `api/${groupVersion}`;
    // Clients join this to the host alone, so what stands before the path below the host is in it.
    const { hash } = versionThree(groupVersion, kinds);
    return [path, { serverRelativeURL: `${basePath}/openapi/v3/${path}?hash=${hash}` }];
  });
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

function versionThree(groupVersion: string, kinds: readonly ResourceKind[]): Document {
  return made(`3 ${keyOf(kinds)}`, () => openApiV3(groupVersion, kinds));
}

function versionTwo(cluster: Cluster): Document {
  const kinds = cluster.kinds.all();
  return made(`2 ${keyOf(kinds)}`, () => openApiV2(kinds));
}

function made(key: string, make: () => unknown): Document {
  let document = documents.get(key);
  if (document === undefined) {
    const bytes = Buffer.from(JSON.stringify(make()));
    document = { bytes, hash: sha256Hex(bytes).toUpperCase() };
    if (documents.size >= documentLimit) documents.delete(documents.keys().next().value!);
    documents.set(key, document);
  }
  return document;
}

const identities = new WeakMap<ResourceKind, number>();
let lastIdentity = 0;

/** Kinds are immutable, so which ones they are says what a document over them holds. */
function keyOf(kinds: readonly ResourceKind[]): string {
  return kinds
    .map((kind) => {
      let identity = identities.get(kind);
      if (identity === undefined) {
        identity = ++lastIdentity;
        identities.set(kind, identity);
      }
      return identity;
    })
    .join();
}

function send({ bytes, hash }: Document, call: PathCall): Response {
  const etag = `"${hash}"`;
  if (call.request.headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  const given = call.query.get("hash");
  const caching = given === hash ? { "cache-control": "public, immutable" } : {};
  return { status: 200, headers: { "content-type": "application/json", etag, ...caching }, body: bytes };
}
