import { type Amounts, minus, type Pod, plus, podAmounts } from "@catalyst/ports/kubernetes";
import { isFinished } from "../common/pod-state.ts";

/** What one Pod takes on its node. */
interface Placement {
  pod: Pod;
  readonly node: string;
  readonly requests: Amounts;
}

/** What the Pods of a node take together. */
export interface NodeUse {
  readonly requests: Amounts;
  readonly pods: ReadonlyMap<string, Pod>;
}

interface MutableUse {
  requests: Amounts;
  readonly pods: Map<string, Pod>;
}

/** Whether others may have to stay away from a Pod. */
export function isExclusive({ spec }: Pod): boolean {
  return spec.affinity?.podAntiAffinity !== undefined;
}

/**
 * Which Pods are on which nodes of one cluster, kept from change to change: what a Pod's place costs to find doesn't
 * grow with the number of Pods.
 */
export class Placements {
  readonly #placements = new Map<string, Placement>();
  readonly #nodes = new Map<string, MutableUse>();
  /** Pods that others must stay away from, wherever they are. */
  readonly #exclusive = new Map<string, Pod>();

  /** Takes a Pod in as it is now. */
  see(pod: Pod): void {
    const uid = pod.metadata.uid ?? "";
    const known = this.#placements.get(uid);
    const node = pod.spec.nodeName;
    if (node === undefined || isFinished(pod)) {
      // A binding that was decided here shows a little later: until then the place is taken.
      if (known !== undefined && isFinished(pod)) this.#drop(uid);
      return;
    }
    if (
      known?.node === node &&
      known.pod.spec === pod.spec &&
      known.pod.metadata.labels === pod.metadata.labels
    ) {
      this.#renew(uid, known, pod);
      return;
    }
    this.#drop(uid);
    this.#add(uid, { pod, node, requests: podAmounts(pod.spec, "requests") });
  }

  /** Counts a Pod as being on a node before its binding shows. */
  assume(pod: Pod, node: string): void {
    this.see({ ...pod, spec: { ...pod.spec, nodeName: node } });
  }

  /** Forgets a Pod that is gone, or whose binding failed. */
  forget(pod: Pod): void {
    this.#drop(pod.metadata.uid ?? "");
  }

  on(node: string): NodeUse {
    return this.#nodes.get(node) ?? { requests: new Map(), pods: new Map() };
  }

  /** All Pods with a place. */
  *all(): Generator<Pod> {
    for (const { pod } of this.#placements.values()) yield pod;
  }

  exclusive(): Iterable<Pod> {
    return this.#exclusive.values();
  }

  /** What a Pod takes is as before; whether it is on its way out, and since when it runs, isn't. */
  #renew(uid: string, known: Placement, pod: Pod): void {
    known.pod = pod;
    this.#nodes.get(known.node)?.pods.set(uid, pod);
    if (this.#exclusive.has(uid)) this.#exclusive.set(uid, pod);
  }

  #add(uid: string, placement: Placement): void {
    const { pod, node, requests } = placement;
    this.#placements.set(uid, placement);
    if (isExclusive(pod)) this.#exclusive.set(uid, pod);
    const use = this.#nodes.get(node) ?? { requests: new Map(), pods: new Map() };
    use.requests = plus(use.requests, requests);
    use.pods.set(uid, pod);
    this.#nodes.set(node, use);
  }

  #drop(uid: string): void {
    const known = this.#placements.get(uid);
    const use = known === undefined ? undefined : this.#nodes.get(known.node);
    if (known === undefined || use === undefined) return;
    this.#placements.delete(uid);
    this.#exclusive.delete(uid);
    use.requests = minus(use.requests, known.requests);
    use.pods.delete(uid);
    if (use.pods.size === 0) this.#nodes.delete(known.node);
  }
}
