import type {
  Affinity,
  DaemonSet,
  Node,
  NodeSelectorTerm,
  Pod,
  PodSpec,
  Toleration,
} from "@catalyst/ports/kubernetes";
import { revisionLabel } from "../common/revision.ts";
import { podOf } from "../common/template.ts";
import { matchesNodeAffinity } from "../scheduler/node-affinity.ts";
import { untoleratedTaint } from "../scheduler/taints.ts";

const generationLabel = "pod-template-generation";
const generationAnnotation = "deprecated.daemonset.template.generation";
const nameField = "metadata.name";

/** Taints a daemon stays through: it is there for the node, also for one that isn't well. Source: upstream's. */
const usual: readonly (readonly [condition: string, effect: string])[] = [
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
  ["disk-pressure", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["unschedulable", "NoSchedule"],
];

/** Makes the Pod of a node; the scheduler puts it there. */
export function daemonPod(set: DaemonSet, node: string, hash: string): Pod {
  const generation = set.metadata.annotations?.[generationAnnotation];
  const labels = {
    [revisionLabel]: hash,
    ...(generation === undefined ? {} : { [generationLabel]: generation }),
  };
  const pod = podOf(set, set.spec.template, { generateName: `${set.metadata.name}-`, labels });
  return { ...pod, spec: { ...withTolerations(pod.spec), affinity: onNode(pod.spec.affinity, node) } };
}

/** The node a daemon's Pod is on or for. */
export function targetNode({ spec }: Pod): string | undefined {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const fields = (terms ?? []).flatMap((term) => term.matchFields ?? []);
  return spec.nodeName ?? fields.find(({ key }) => key === nameField)?.values?.[0];
}

export function isUpdated(set: DaemonSet, pod: Pod, hash: string): boolean {
  const generation = set.metadata.annotations?.[generationAnnotation];
  const labels = pod.metadata.labels ?? {};
  return (
    labels[revisionLabel] === hash || (generation !== undefined && labels[generationLabel] === generation)
  );
}

/** Whether a node is to have a Pod of the set, and whether one that is there may stay. */
export function nodeTakes(set: DaemonSet, node: Node): { readonly runs: boolean; readonly stays: boolean } {
  const spec = withTolerations(set.spec.template.spec);
  const isNamed = !spec.nodeName || spec.nodeName === node.metadata.name;
  if (!isNamed || !matchesNodeAffinity({ spec }, node)) return { runs: false, stays: false };
  const isRefused = (effects: readonly string[]) =>
    untoleratedTaint(spec.tolerations, node, effects) !== undefined;
  return { runs: !isRefused(["NoSchedule", "NoExecute"]), stays: !isRefused(["NoExecute"]) };
}

function withTolerations(spec: PodSpec): PodSpec {
  const network: (typeof usual)[number][] = spec.hostNetwork ? [["network-unavailable", "NoSchedule"]] : [];
  const tolerations: Toleration[] = [...(spec.tolerations ?? [])];
  for (const [condition, effect] of [...usual, ...network]) {
    const key = `node.kubernetes.io/${condition}`;
    const own = { key, operator: "Exists", effect };
    const known = tolerations.findIndex((each) => each.key === key && each.effect === effect);
    if (known < 0) tolerations.push(own);
    else tolerations[known] = own;
  }
  return { ...spec, tolerations };
}

/** What the template asks for, and one node by its name. */
function onNode(affinity: Affinity | undefined, node: string): Affinity {
  const term: NodeSelectorTerm = { matchFields: [{ key: nameField, operator: "In", values: [node] }] };
  const required = { nodeSelectorTerms: [term] };
  const { requiredDuringSchedulingIgnoredDuringExecution: _asked, ...nodeAffinity } =
    affinity?.nodeAffinity ?? {};
  return {
    ...affinity,
    nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  };
}
