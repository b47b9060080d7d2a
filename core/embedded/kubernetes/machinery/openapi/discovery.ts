import type { ResourceKind, Subresource } from "../kind.ts";

/** `APIResourceList` of one group and version, subresources included; `kinds` are those of that version. */
export function apiResourceList(
  groupVersion: string,
  kinds: readonly ResourceKind[],
): Record<string, unknown> {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: kinds.flatMap((kind) => [
      mainResource(kind),
      ...kind.subresources.map((subresource) => resourceOf(kind, subresource)),
    ]),
  };
}

function mainResource(kind: ResourceKind): Record<string, unknown> {
  return {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(kind.storageVersionHash === "" ? {} : { storageVersionHash: kind.storageVersionHash }),
  };
}

function resourceOf(kind: ResourceKind, subresource: Subresource): Record<string, unknown> {
  return {
    name: `${kind.plural}/${subresource.name}`,
    singularName: "",
    namespaced: kind.namespaced,
    ...(subresource.group === undefined ? {} : { group: subresource.group }),
    ...(subresource.version === undefined ? {} : { version: subresource.version }),
    kind: subresource.kind,
    verbs: subresource.verbs,
  };
}

/**
 * `APIGroup` (or, with `kind` and `apiVersion` removed, an entry of `APIGroupList`); versions in order of
 * preference.
 */
export function apiGroup(group: string, versions: readonly string[]): Record<string, unknown> {
  const served = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return {
    kind: "APIGroup",
    apiVersion: "v1",
    name: group,
    versions: served,
    preferredVersion: served[0],
  };
}

/** `APIGroupDiscoveryList` (apidiscovery.k8s.io/v2 or v2beta1) over all `kinds`, in their order. */
export function aggregatedDiscovery(
  version: "v2" | "v2beta1",
  kinds: readonly ResourceKind[],
): Record<string, unknown> {
  const groups = Map.groupBy(kinds, (kind) => kind.group);
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [...groups].map(([name, members]) => ({
      metadata: { ...(name === "" ? {} : { name }), creationTimestamp: null },
      versions: [...Map.groupBy(members, (kind) => kind.version)].map(([served, resources]) => ({
        version: served,
        resources: resources.map(aggregatedResource),
        freshness: "Current",
      })),
    })),
  };
}

function aggregatedResource(kind: ResourceKind): Record<string, unknown> {
  const { group, version } = kind;
  return {
    resource: kind.plural,
    responseKind: { group, version, kind: kind.kind },
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(kind.subresources.length === 0
      ? {}
      : {
          subresources: kind.subresources.map((subresource) => ({
            subresource: subresource.name,
            responseKind: {
              group: subresource.group ?? group,
              version: subresource.version ?? version,
              kind: subresource.kind,
            },
            verbs: subresource.verbs,
          })),
        }),
  };
}
