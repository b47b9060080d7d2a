import { builtinKinds, type ResourceKind } from "../machinery/index.ts";
import { metricsKinds } from "../metrics/kinds.ts";

/** Resources of the published release that this server doesn't serve: what they promise isn't built. */
const absentResources = new Set(["componentstatuses", "ipaddresses", "servicecidrs"]);
const absentSubresources = new Set(["proxy", "attach", "ephemeralcontainers", "resize"]);

/** Subresources of a Pod that its node answers. */
const nodeSubresources = ["log", "exec", "portforward"] as const;
export type NodeSubresource = (typeof nodeSubresources)[number];

/** The builtin resources as served, given what the node can do and whether it measures what Pods use. */
export function servedKinds(node: ReadonlySet<NodeSubresource>, measures = false): readonly ResourceKind[] {
  const absent = new Set<string>([
    ...absentSubresources,
    ...nodeSubresources.filter((name) => !node.has(name)),
  ]);
  const builtin = builtinKinds()
    .filter((kind) => !absentResources.has(kind.plural))
    .map((kind) => without(kind, absent));
  return measures ? [...builtin, ...metricsKinds()] : builtin;
}

function without(kind: ResourceKind, absent: ReadonlySet<string>): ResourceKind {
  if (!kind.subresources.some((subresource) => absent.has(subresource.name))) return kind;
  return {
    group: kind.group,
    version: kind.version,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    listKind: kind.listKind,
    plural: kind.plural,
    singular: kind.singular,
    shortNames: kind.shortNames,
    categories: kind.categories,
    namespaced: kind.namespaced,
    verbs: kind.verbs,
    subresources: kind.subresources.filter((subresource) => !absent.has(subresource.name)),
    storageVersionHash: kind.storageVersionHash,
    get schema() {
      return kind.schema;
    },
  };
}
