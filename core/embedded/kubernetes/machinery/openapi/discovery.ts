import type { ResourceKind } from "../kind.ts";
import { unfinished } from "../unfinished.ts";

/** `APIResourceList` of one group and version, subresources included; `kinds` are those of that version. */
export function apiResourceList(
  groupVersion: string,
  kinds: readonly ResourceKind[],
): Record<string, unknown> {
  return unfinished(`apiResourceList ${groupVersion} ${kinds.length}`);
}

/** `APIGroup` (or, with `kind` and `apiVersion` removed, an entry of `APIGroupList`); versions in order of preference. */
export function apiGroup(group: string, versions: readonly string[]): Record<string, unknown> {
  return unfinished(`apiGroup ${group} ${versions.join()}`);
}

/** `APIGroupDiscoveryList` (apidiscovery.k8s.io/v2 or v2beta1) over all `kinds`, in their order. */
export function aggregatedDiscovery(
  version: "v2" | "v2beta1",
  kinds: readonly ResourceKind[],
): Record<string, unknown> {
  return unfinished(`aggregatedDiscovery ${version} ${kinds.length}`);
}
