import { badRequest } from "../machinery/index.ts";

/** A path below a cluster's root, read as Kubernetes reads it. */
export type Route = { readonly kind: "other"; readonly path: string } | ResourceRoute;

export interface ResourceRoute {
  readonly kind: "resource";
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What follows a subresource, with its `/` and as it came: a path of the server that is proxied to. */
  readonly rest: string;
}

/** Where a request goes: the logical cluster named by the path, and the rest of the path. */
export function splitCluster(
  path: string,
  whole: string,
): { readonly cluster: string; readonly path: string } {
  if (!path.startsWith("/clusters/")) return { cluster: whole, path };
  const end = path.indexOf("/", 10);
  if (end < 0) return { cluster: decodeSegment(path.slice(10)), path: "/" };
  return { cluster: decodeSegment(path.slice(10, end)), path: path.slice(end) };
}

/**
 * Reads a path. Every segment is decoded by itself and may then hold neither `/` nor be `.` or `..`, so no
 * encoding leads out of the resource the path names (security case 28). Throws StatusError 400.
 */
export function parsePath(path: string): Route {
  const { own, rest: proxied } = splitProxied(path);
  // An empty segment stands for nothing that a resource has.
  if (own.includes("//")) return { kind: "other", path };
  const parts = own
    .split("/")
    .filter((part) => part !== "")
    .map(decodeSegment);
  const groupParts = parts[0] === "api" ? 2 : parts[0] === "apis" ? 3 : Number.POSITIVE_INFINITY;
  if (parts.length <= groupParts) return { kind: "other", path };
  const group = groupParts === 3 ? parts[1]! : "";
  const version = parts[groupParts - 1]!;
  const rest = parts.slice(groupParts);
  const route = rest[0] === "namespaces" ? namespacedRest(rest) : plainRest(rest, undefined);
  return { kind: "resource", group, version, ...route, rest: proxied };
}

/**
 * Parts the path of what is proxied to from ours: it isn't ours to decode, and leads nowhere here. A subresource
 * `proxy` is always that of one object in a known place.
 */
function splitProxied(path: string): { readonly own: string; readonly rest: string } {
  const match = /^(\/api\/v1\/(?:namespaces\/[^/]+\/(?:pods|services)|nodes)\/[^/]+\/proxy)(\/.*)?$/.exec(
    path,
  );
  return { own: match?.[1] ?? path, rest: match?.[2] ?? "" };
}

/** Subresources of Namespace itself: `/namespaces/x/status` isn't a resource called `status` in `x`. */
const namespaceSubresources = new Set(["status", "finalize"]);

function namespacedRest(rest: readonly string[]) {
  const [, namespace, resource] = rest;
  const ownPath = rest.length < 3 || (rest.length === 3 && namespaceSubresources.has(resource!));
  if (!ownPath) return plainRest(rest.slice(2), namespace);
  return { resource: "namespaces", namespace: undefined, name: namespace, subresource: resource };
}

function plainRest(rest: readonly string[], namespace: string | undefined) {
  const [resource, name, ...subresource] = rest;
  return {
    resource: resource!,
    namespace,
    name,
    subresource: subresource.length === 0 ? undefined : subresource.join("/"),
  };
}

function decodeSegment(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw badRequest(`invalid path segment ${JSON.stringify(segment)}`);
  }
  if (text === "." || text === ".." || text.includes("/") || text.includes("\0")) {
    throw badRequest(`invalid path segment ${JSON.stringify(segment)}`);
  }
  return text;
}
