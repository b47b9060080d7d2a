import { builtinKinds, type ResourceKind } from "../machinery/index.ts";
import { metricsKinds } from "../metrics/kinds.ts";
import type { NodeConnection } from "../subresources/node-connection.ts";

/** Resources of the published release that this server doesn't serve: what they promise isn't built. */
const absentResources = new Set(["componentstatuses", "ipaddresses", "servicecidrs"]);

/** Subresources of a Pod that its node answers, and by what. */
const answeredByNode = { log: "log", exec: "exec", attach: "attach", portforward: "portForward" } as const;
type NodeSubresource = keyof typeof answeredByNode;
const allOfNode = Object.keys(answeredByNode) as readonly NodeSubresource[];

/** The subresources that a node answers; none without one. */
export function nodeSubresources(node: NodeConnection | undefined): ReadonlySet<NodeSubresource> {
  return new Set(allOfNode.filter((name) => node?.[answeredByNode[name]] !== undefined));
}

/** The builtin resources as served, given what the node can do and whether it measures what Pods use. */
export function servedKinds(node: ReadonlySet<NodeSubresource>, measures = false): readonly ResourceKind[] {
  const absent = new Set<string>(allOfNode.filter((name) => !node.has(name)));
  const builtin = builtinKinds()
    .filter((kind) => !absentResources.has(kind.plural))
    // There is no kubelet to proxy to.
    .map((kind) => without(kind, kind.plural === "nodes" ? new Set([...absent, "proxy"]) : absent));
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
