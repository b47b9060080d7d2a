import { type ClusterName, type ReferenceGrant, referenceGrants } from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";

/** What refers, and from where. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** What is referred to. */
export interface Referent {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Tells whether a reference may be followed: within a namespace always, into another one when that one says so. */
export function isGranted(grants: readonly ReferenceGrant[], from: Referrer, to: Referent): boolean {
  if (from.namespace === to.namespace) return true;
  return grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === to.namespace &&
      spec.from.some(
        (each) => each.group === from.group && each.kind === from.kind && each.namespace === from.namespace,
      ) &&
      spec.to.some(
        (each) =>
          each.group === to.group &&
          each.kind === to.kind &&
          (each.name === undefined || each.name === "" || each.name === to.name),
      ),
  );
}

/** Asks the grants that a cluster has now. */
export function grantsOf(
  cache: ObjectCache,
  cluster: ClusterName,
): (from: Referrer, to: Referent) => boolean {
  return (from, to) =>
    from.namespace === to.namespace ||
    isGranted(cache.list<ReferenceGrant>(cluster, referenceGrants, to.namespace), from, to);
}
