import type { ResourceKind } from "../machinery/index.ts";
import { methodNotAllowed, noSuchResource, PageNotFound } from "../request/errors.ts";
import type { ResourceRoute } from "../request/path.ts";

/**
 * Checks that objects of a kind are found where a path looks for them, and by this method. Throws StatusError 404, 405:
 * a builtin resource's paths take the methods they were made for, a custom one's are judged when they are asked for.
 */
export function checkPlace(kind: ResourceKind, route: ResourceRoute, method: string): void {
  const isCustom = kind.custom !== undefined;
  const isRead = method === "GET" || (isCustom && method === "HEAD");
  const misplaced = !kind.namespaced && route.namespace !== undefined;
  const homeless = kind.namespaced && route.namespace === undefined;
  if (misplaced || (homeless && route.name !== undefined)) throw notThere(isCustom);
  if (homeless && !isRead) throw isCustom ? new PageNotFound() : methodNotAllowed();
}

function notThere(isCustom: boolean) {
  return isCustom ? new PageNotFound() : noSuchResource();
}
