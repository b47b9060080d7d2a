import type { ResourceKind } from "../kind.ts";

/**
 * Tells whether fields recorded under an apiVersion can be read by a kind's schema. Versions of a CRD share
 * their form (conversion None); builtin kinds are served in one version each, so another one is a version no
 * longer served and its entry goes.
 */
export function sameSchema(kind: ResourceKind, apiVersion: string): boolean {
  if (apiVersion === kind.apiVersion) return true;
  if (kind.custom === undefined) return false;
  const slash = apiVersion.indexOf("/");
  return (
    apiVersion.slice(0, slash) === kind.group && kind.custom.versions.includes(apiVersion.slice(slash + 1))
  );
}
