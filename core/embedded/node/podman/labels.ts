import type { PodIdentity } from "@catalyst/ports/containers";

/** Labels on podman's pods, containers and networks, by which they are found again. */
export const label = {
  cluster: "openova.io/cluster",
  namespace: "openova.io/namespace",
  name: "openova.io/pod",
  uid: "openova.io/uid",
  container: "openova.io/container",
  attempt: "openova.io/attempt",
  /** Seconds a Pod's containers have to end. */
  grace: "openova.io/grace",
  /** On networks: the folder whose Pods join them. */
  owner: "openova.io/owner",
} as const;

export function labelsOf(identity: PodIdentity): Readonly<Record<string, string>> {
  return {
    [label.cluster]: identity.cluster,
    [label.namespace]: identity.namespace,
    [label.name]: identity.name,
    [label.uid]: identity.uid,
  };
}

export function identityFrom(labels: Readonly<Record<string, string>>): PodIdentity {
  return {
    cluster: labels[label.cluster] ?? "",
    namespace: labels[label.namespace] ?? "",
    name: labels[label.name] ?? "",
    uid: labels[label.uid] ?? "",
  };
}

/** Podman's name of a Pod. */
export function podName(identity: PodIdentity): string {
  return `pod-${identity.uid}`;
}

/** Podman's name of one attempt of a container. */
export function containerName(identity: PodIdentity, container: string, attempt: number): string {
  return `pod-${identity.uid}-${container}-${attempt}`;
}
