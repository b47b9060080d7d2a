import { jsonEqual } from "@catalyst/base/json";
import type { Deployment, PodTemplate, ReplicaSet } from "@catalyst/ports/kubernetes";

export const hashLabel = "pod-template-hash";
export const revisionAnnotation = "deployment.kubernetes.io/revision";
const historyAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxAnnotation = "deployment.kubernetes.io/max-replicas";

/** Annotations of a Deployment that its ReplicaSets don't take over. */
const ownAnnotations: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
]);

/** The set made of the Deployment's present template: the oldest, should there be several. */
export function currentSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return [...sets]
    .sort(byCreation)
    .find((set) => jsonEqual(withoutHash(set.spec.template), withoutHash(deployment.spec.template)));
}

export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  const [first = "", second = ""] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  return first < second ? -1 : first > second ? 1 : a.metadata.name < b.metadata.name ? -1 : 1;
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** A set's revision, of 64 bits as upstream's; 0 when it says none. */
export function revisionOf(set: ReplicaSet): bigint {
  const text = set.metadata.annotations?.[revisionAnnotation] ?? "";
  return /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
}

/** The annotations the present set should have: the Deployment's, its revision and the revisions it had. */
export function setAnnotations(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Readonly<Record<string, string>> {
  const taken = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([key]) => !ownAnnotations.has(key),
  );
  const before = set?.metadata.annotations ?? {};
  const revisions = old.map(revisionOf).sort((a, b) => (a < b ? -1 : 1));
  const next = (revisions.at(-1) ?? 0n) + 1n;
  const present = set === undefined ? 0n : revisionOf(set);
  const revision = present > next ? present : next;
  const history = before[historyAnnotation];
  const moved = present !== 0n && present !== revision;
  return {
    ...before,
    ...Object.fromEntries(taken),
    [revisionAnnotation]: String(revision),
    ...(moved ? { [historyAnnotation]: [history, present].filter(Boolean).join(",") } : {}),
  };
}
