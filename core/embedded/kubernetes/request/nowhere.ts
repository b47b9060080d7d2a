import type { ResourceKind, StatusError } from "../machinery/index.ts";
import { noSuchResource, PageNotFound } from "./errors.ts";

/** Tells whether a group is one that Kubernetes brings along. */
export function isBuiltinGroup(kinds: readonly ResourceKind[], group: string): boolean {
  return kinds.some((kind) => kind.group === group && kind.custom === undefined);
}

/**
 * What is answered for a version or resource of a group that isn't served: a Status by Kubernetes' own groups; where
 * the group is custom or unknown, the line of text of whoever is asked last.
 */
export function nowhere(kinds: readonly ResourceKind[], group: string): StatusError {
  return isBuiltinGroup(kinds, group) ? noSuchResource() : new PageNotFound();
}
