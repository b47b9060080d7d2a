import type { DaemonSet } from "@catalyst/ports/kubernetes";

/** First and longest wait before a failed Pod is replaced, in milliseconds; upstream's. */
const firstWait = 1000;
const longestWait = 15 * 60_000;

interface Wait {
  readonly length: number;
  readonly until: number;
}

/** How long failed Pods of a set are left on each node: twice as long after each failure, from the start for a new template. */
export class FailureWaits {
  readonly #waits = new Map<string, Wait>();

  /** Until when the failed Pod of a node is left (milliseconds). */
  until(set: DaemonSet, node: string): number {
    return this.#waits.get(keyOf(set, node))?.until ?? 0;
  }

  /** Notes that a Pod which failed is replaced now. */
  failed(set: DaemonSet, node: string, now: number): void {
    for (const [key, wait] of this.#waits) if (wait.until + 2 * longestWait < now) this.#waits.delete(key);
    const key = keyOf(set, node);
    const before = this.#waits.get(key);
    const length = before === undefined ? firstWait : Math.min(before.length * 2, longestWait);
    this.#waits.set(key, { length, until: now + length });
  }
}

function keyOf({ metadata, status }: DaemonSet, node: string): string {
  return `${metadata.uid}/${status?.["observedGeneration"] ?? 0}/${node}`;
}
