import type { Response } from "@catalyst/ports/transport";
import { compareVersions } from "../cluster/version-order.ts";
import {
  aggregatedDiscovery,
  apiGroup,
  apiResourceList,
  kubernetesVersion,
  type ResourceKind,
  type StatusError,
} from "../machinery/index.ts";
import { parseAccept } from "../request/accept.ts";
import { jsonHeaders } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { methodNotAllowed, noSuchResource, PageNotFound } from "../request/errors.ts";
import { isBuiltinGroup, nowhere } from "../request/nowhere.ts";
import { healthAnswer } from "./health.ts";
import { openApiDocument } from "./openapi.ts";
import { issuerDocument } from "./token-issuer.ts";

/** A request for a path that isn't a resource. */
export interface PathCall extends Pick<Call, "parts" | "cluster" | "user" | "query" | "request"> {
  readonly path: string;
  /** What stands before `path` in the URL: empty, or `/clusters/<name>`. */
  readonly basePath: string;
}

/**
 * Answers health, version, discovery and OpenAPI: some whatever the method, as upstream does. Throws StatusError 404, 405,
 * 406.
 */
export async function answerPath(call: PathCall): Promise<Response> {
  const health = healthAnswer(call.path, call.query);
  if (health !== undefined) return text(health);
  if (call.path.startsWith("/openapi/")) return (await openApiDocument(call, call.path)) ?? refuse(call.path);
  const path = call.path.length > 1 && call.path.endsWith("/") ? call.path.slice(0, -1) : call.path;
  const document = discoveryDocument(call, path) ?? issuerDocument(call, path);
  if (document === undefined) throw nowhereAt(call, path);
  if (call.request.method !== "GET" && isReadOnly(call, path)) throw methodNotAllowed();
  return document;
}

/** Documents of no more than their GET: what Kubernetes' own groups say of themselves, version and issuer. */
function isReadOnly({ cluster }: PathCall, path: string): boolean {
  const [root, group, version] = path.slice(1).split("/");
  if (root !== "apis") return path !== "/";
  return version !== undefined && isBuiltinGroup(cluster.kinds.all(), group!);
}

function refuse(path: string): never {
  // Documents of OpenAPI 3 are looked for by one that says no more than that.
  throw path.startsWith("/openapi/v3/") ? new PageNotFound("") : new PageNotFound();
}

function nowhereAt({ cluster }: PathCall, path: string): StatusError {
  const [root, group] = path.slice(1).split("/");
  if (root === "api" || root === "version") return noSuchResource();
  return root === "apis" ? nowhere(cluster.kinds.all(), group ?? "") : new PageNotFound();
}

function discoveryDocument(call: PathCall, path: string): Response | undefined {
  const kinds = call.cluster.kinds.all();
  switch (path) {
    case "/version":
      return json(version());
    case "/":
      return json({ paths: paths(kinds) });
    case "/api":
      return (
        aggregated(
          call,
          kinds.filter((kind) => kind.group === ""),
        ) ??
        json({
          kind: "APIVersions",
          versions: ["v1"],
          serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1" }],
        })
      );
    case "/apis":
      return (
        aggregated(
          call,
          kinds.filter((kind) => kind.group !== ""),
        ) ??
        json({
          kind: "APIGroupList",
          apiVersion: "v1",
          groups: groupNames(kinds).map((name) => groupEntry(kinds, name)),
        })
      );
    default:
      return groupDocument(kinds, path);
  }
}

function groupDocument(kinds: readonly ResourceKind[], path: string): Response | undefined {
  const [root, first, second, ...more] = path.slice(1).split("/").map(decodeURIComponent);
  if (more.length > 0) return undefined;
  if (root === "api" && second === undefined) return resources(kinds, first!);
  if (root !== "apis") return undefined;
  if (second !== undefined) return resources(kinds, `${first}/${second}`);
  return groupNames(kinds).includes(first!) ? json(apiGroup(first!, versionsOf(kinds, first!))) : undefined;
}

function resources(kinds: readonly ResourceKind[], groupVersion: string): Response | undefined {
  const own = kinds.filter((kind) => kind.apiVersion === groupVersion);
  return own.length === 0 ? undefined : json(apiResourceList(groupVersion, own));
}

function aggregated(call: PathCall, kinds: readonly ResourceKind[]): Response | undefined {
  const { aggregated: version } = parseAccept(call.request.headers);
  if (version === undefined) return undefined;
  const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  return {
    status: 200,
    headers: { "content-type": type, vary: "Accept" },
    json: aggregatedDiscovery(version, kinds),
  };
}

function groupEntry(kinds: readonly ResourceKind[], name: string): Record<string, unknown> {
  const { kind: _kind, apiVersion: _apiVersion, ...entry } = apiGroup(name, versionsOf(kinds, name));
  return entry;
}

function groupNames(kinds: readonly ResourceKind[]): readonly string[] {
  return [...new Set(kinds.map((kind) => kind.group))].filter((group) => group !== "");
}

function versionsOf(kinds: readonly ResourceKind[], group: string): readonly string[] {
  const versions = kinds.filter((kind) => kind.group === group).map((kind) => kind.version);
  return [...new Set(versions)].sort(compareVersions);
}

function paths(kinds: readonly ResourceKind[]): readonly string[] {
  const groups = groupNames(kinds).flatMap((group) => [
    `/apis/${group}`,
    ...versionsOf(kinds, group).map((version) => `/apis/${group}/${version}`),
  ]);
  const fixed = [
    "/.well-known/openid-configuration",
    "/api",
    "/api/v1",
    "/apis",
    "/healthz",
    "/livez",
    "/openapi/v2",
    "/openapi/v3",
    "/openid/v1/jwks",
    "/readyz",
    "/version",
  ];
  return [...fixed, ...groups].sort();
}

function version(): Record<string, string> {
  const gitVersion = kubernetesVersion();
  const [major, minor] = gitVersion.slice(1).split(".");
  return {
    major: major!,
    minor: minor!,
    emulationMajor: major!,
    emulationMinor: minor!,
    // As of the version before: what a cluster may be rolled back to.
    minCompatibilityMajor: major!,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: "",
    gitTreeState: "",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "",
    compiler: "",
    platform: `${process.platform}/${process.arch}`,
  };
}

export function json(value: unknown): Response {
  return { status: 200, headers: jsonHeaders, json: value };
}

function text(value: string): Response {
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: Buffer.from(value) };
}
