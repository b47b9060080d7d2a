import {
  labelOf,
  meetsRequirement,
  type Node,
  type NodeSelectorTerm,
  type Pod,
} from "@catalyst/ports/kubernetes";

/** Whether a node has the labels that a Pod's nodeSelector and required node affinity ask for. */
export function matchesNodeAffinity({ spec }: Pick<Pod, "spec">, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return (
    Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labelOf(labels, key) === value) &&
    (terms === undefined || terms.some((term) => matchesTerm(term, node)))
  );
}

/** A term without any requirement matches nothing. */
function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  const fields: Readonly<Record<string, string>> = { "metadata.name": node.metadata.name };
  return (
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((requirement) =>
      meetsRequirement(requirement, labelOf(labels, requirement.key)),
    ) &&
    matchFields.every((requirement) => meetsRequirement(requirement, labelOf(fields, requirement.key)))
  );
}
