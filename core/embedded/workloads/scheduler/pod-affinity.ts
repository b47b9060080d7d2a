import {
  type KubeObject,
  type Node,
  type Pod,
  type PodAffinityTerm,
  selects,
} from "@catalyst/ports/kubernetes";

/** What terms about other Pods are looked up in. */
export interface Neighbourhood {
  /** Pods with a place. */
  placed(): Iterable<Pod>;
  /** Those of them that keep others away. */
  exclusive(): Iterable<Pod>;
  node(name: string): Node | undefined;
  namespace(name: string): KubeObject | undefined;
}

/** Whether a Pod that is there keeps this one from a node. */
export function isKeptAway(pod: Pod, node: Node, around: Neighbourhood): boolean {
  for (const other of around.exclusive()) {
    const terms = required(other.spec.affinity?.podAntiAffinity);
    if (terms.some((term) => isMeant(term, other, pod, around) && isNear(term, other, node, around)))
      return true;
  }
  return false;
}

/** Whether the Pod itself wants to be away from one that is there. */
export function keepsAway(pod: Pod, node: Node, around: Neighbourhood): boolean {
  const terms = required(pod.spec.affinity?.podAntiAffinity);
  return terms.some((term) => hasNear(term, pod, node, around));
}

/** Whether every Pod it wants to be near to is; the first of a group may be near to itself. */
export function isWithFriends(pod: Pod, node: Node, around: Neighbourhood): boolean {
  const terms = required(pod.spec.affinity?.podAffinity);
  if (terms.every((term) => hasNear(term, pod, node, around))) return true;
  const isFirst = terms.every(
    (term) =>
      isMeant(term, pod, pod, around) && !hasAny(term, pod, around) && hasLabel(node, term.topologyKey),
  );
  return isFirst;
}

interface Asked {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
}

function required(asked: Asked | undefined): readonly PodAffinityTerm[] {
  return asked?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

function hasNear(term: PodAffinityTerm, pod: Pod, node: Node, around: Neighbourhood): boolean {
  for (const other of around.placed()) {
    if (isMeant(term, pod, other, around) && isNear(term, other, node, around)) return true;
  }
  return false;
}

function hasAny(term: PodAffinityTerm, pod: Pod, around: Neighbourhood): boolean {
  for (const other of around.placed()) if (isMeant(term, pod, other, around)) return true;
  return false;
}

/** Whether a term of `owner` is about `other`. */
function isMeant(term: PodAffinityTerm, owner: Pod, other: Pod, around: Neighbourhood): boolean {
  const { namespace = "" } = other.metadata;
  const { namespaces = [], namespaceSelector } = term;
  const isSaid = namespaces.length > 0 || namespaceSelector !== undefined;
  const isInside = isSaid
    ? namespaces.includes(namespace) ||
      selects(namespaceSelector, around.namespace(namespace)?.metadata.labels)
    : namespace === owner.metadata.namespace;
  return isInside && selects(term.labelSelector, other.metadata.labels);
}

function isNear(term: PodAffinityTerm, other: Pod, node: Node, around: Neighbourhood): boolean {
  const there = around.node(other.spec.nodeName ?? "")?.metadata.labels?.[term.topologyKey];
  return there !== undefined && there === node.metadata.labels?.[term.topologyKey];
}

function hasLabel(node: Node, key: string): boolean {
  return node.metadata.labels?.[key] !== undefined;
}
