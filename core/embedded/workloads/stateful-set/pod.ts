import type {
  PersistentVolumeClaim,
  Pod,
  PodTemplate,
  StatefulSet,
  Volume,
} from "@catalyst/ports/kubernetes";
import { revisionLabel } from "../common/revision.ts";
import { podOf } from "../common/template.ts";

export function podName(set: StatefulSet, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

/** The ordinal of a set's Pod; undefined when the name isn't one of the set's. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = pod.metadata.name.slice(prefix.length);
  return pod.metadata.name.startsWith(prefix) && /^\d+$/.test(rest) ? Number(rest) : undefined;
}

function claimName(set: StatefulSet, claim: PersistentVolumeClaim, ordinal: number): string {
  return `${claim.metadata.name}-${podName(set, ordinal)}`;
}

/** The Pod of an ordinal, with a stable name, host name and its own volume claims. */
export function statefulPod(set: StatefulSet, template: PodTemplate, revision: string, ordinal: number): Pod {
  const name = podName(set, ordinal);
  const claims = set.spec.volumeClaimTemplates ?? [];
  const own: readonly Volume[] = claims.map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, claim, ordinal) },
  }));
  const owned = new Set(own.map((volume) => volume.name));
  const others = (template.spec.volumes ?? []).filter((volume) => !owned.has(volume.name));
  const pod = podOf(set, template, {
    name,
    generateName: `${set.metadata.name}-`,
    labels: {
      [revisionLabel]: revision,
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
    },
  });
  return {
    ...pod,
    spec: {
      ...pod.spec,
      hostname: name,
      ...(set.spec.serviceName === undefined ? {} : { subdomain: set.spec.serviceName }),
      ...(own.length + others.length === 0 ? {} : { volumes: [...own, ...others] }),
    },
  };
}

/** The claims of an ordinal. */
export function statefulClaims(set: StatefulSet, ordinal: number): readonly PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((claim) => ({
    ...claim,
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...claim.metadata,
      name: claimName(set, claim, ordinal),
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      labels: { ...claim.metadata.labels, ...set.spec.selector.matchLabels },
    },
  }));
}
