import type { Pod } from "@catalyst/ports/kubernetes";

/** A Pod as the kubelet's messages name it. */
export function fullName(pod: Pod): string {
  const { name, namespace = "default", uid = "" } = pod.metadata;
  return `${name}_${namespace}(${uid})`;
}
