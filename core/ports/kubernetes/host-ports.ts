import type { Pod } from "./pod.ts";

/** A port of its node that a Pod takes. */
export interface HostPort {
  readonly port: number;
  readonly protocol: string;
  /** `0.0.0.0`: every address of the node. */
  readonly address: string;
}

/** What kube-scheduler and the kubelet say of a node that can't give a Pod its ports. */
export const portsTaken = "node(s) didn't have free ports for the requested pod ports";

/** Gives the ports of its node that a Pod takes: those of containers and sidecars. */
export function hostPorts({ spec }: Pod): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((each) => each.restartPolicy === "Always");
  return [...spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .flatMap(({ hostPort, protocol = "TCP", hostIP }) =>
      hostPort ? [{ port: hostPort, protocol, address: hostIP || "0.0.0.0" }] : [],
    );
}

/** Tells whether two sets of ports can't be had on one node. */
export function hostPortsClash(asked: readonly HostPort[], taken: readonly HostPort[]): boolean {
  return asked.some((a) => taken.some((b) => clashes(a, b)));
}

function clashes(a: HostPort, b: HostPort): boolean {
  const meet = a.address === b.address || a.address === "0.0.0.0" || b.address === "0.0.0.0";
  return a.port === b.port && a.protocol === b.protocol && meet;
}
