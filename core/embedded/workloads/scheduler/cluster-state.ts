import { jsonEqual } from "@catalyst/base/json";
import type { Pod } from "@catalyst/ports/kubernetes";
import { isFinished } from "../common/pod-state.ts";
import { priorityOf } from "./facts.ts";
import { Placements } from "./placements.ts";

/** A Pod without a place. */
interface Waiting {
  readonly pod: Pod;
  /** Decided as it is, with all that is around it: there is nothing to decide again. */
  isDecided: boolean;
}

/** A place that is a Pod's once others have left there. */
interface Promised {
  readonly pod: Pod;
  readonly node: string;
}

/** What the scheduler knows of one cluster. */
export class ClusterState {
  readonly placements = new Placements();
  readonly #waiting = new Map<string, Waiting>();
  readonly #promises = new Map<string, Promised>();

  /** Takes in a change of a Pod; tells whether it may help one that waits. */
  see(pod: Pod, previous: Pod | undefined, isGone: boolean): boolean {
    const uid = uidOf(pod);
    if (isGone) this.placements.forget(pod);
    else this.placements.see(pod);
    const isOver = isGone || pod.spec.nodeName !== undefined || isFinished(pod);
    if (isOver) this.#waiting.delete(uid);
    this.#seePromise(pod, previous, isOver);
    return this.#waiting.size > 0 && (isGone || mayHelp(pod, previous));
  }

  #seePromise(pod: Pod, previous: Pod | undefined, isOver: boolean): void {
    const node = pod.status?.nominatedNodeName;
    if (!isOver && node !== undefined) this.promise(pod, node);
    // A promise that isn't written yet isn't one that was taken back.
    else if (isOver || previous?.status?.nominatedNodeName !== undefined) this.takeBack(pod);
  }

  /** Begins to decide on a Pod; false when that was done with the Pod, and all around it, as they are. */
  begin(pod: Pod): boolean {
    const known = this.#waiting.get(uidOf(pod));
    if (known?.isDecided === true && isSame(known.pod, pod)) return false;
    this.#waiting.set(uidOf(pod), { pod, isDecided: true });
    return true;
  }

  /** Lets a Pod be decided on again. */
  reconsider(pod: Pod): void {
    const known = this.#waiting.get(uidOf(pod));
    if (known !== undefined) known.isDecided = false;
  }

  /** Lets all Pods without a place be decided on again; gives them, those of the highest priority first. */
  wake(): readonly Pod[] {
    const all = [...this.#waiting.values()];
    for (const waiting of all) waiting.isDecided = false;
    return all.map(({ pod }) => pod).sort((a, b) => priorityOf(b) - priorityOf(a));
  }

  promise(pod: Pod, node: string): void {
    this.#promises.set(uidOf(pod), { pod, node });
  }

  takeBack(pod: Pod): void {
    this.#promises.delete(uidOf(pod));
  }

  /** The Pods that were promised a place on a node. */
  promised(node: string): readonly Pod[] {
    return [...this.#promises.values()].filter((each) => each.node === node).map(({ pod }) => pod);
  }
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? "";
}

/** Its status is the scheduler's own doing. */
function isSame(a: Pod, b: Pod): boolean {
  return jsonEqual(a.spec, b.spec) && jsonEqual(a.metadata.labels ?? {}, b.metadata.labels ?? {});
}

/** Whether a Pod that is still there gives way, or draws others near. On its way out it still has its place. */
function mayHelp(pod: Pod, previous: Pod | undefined): boolean {
  if (isFinished(pod)) return previous === undefined || !isFinished(previous);
  if (pod.spec.nodeName === undefined) return false;
  return previous?.spec.nodeName === undefined || !isSame(pod, previous);
}
