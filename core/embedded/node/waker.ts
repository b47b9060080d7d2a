import type { ReconcileRequest } from "@catalyst/reconciler";

/** Has Pods looked at again; what is asked before the controllers are known is passed on when they are. */
export class PodWaker {
  #enqueue: ((request: ReconcileRequest) => void) | undefined;
  #early: ReconcileRequest[] = [];

  wake(request: ReconcileRequest): void {
    if (this.#enqueue === undefined) this.#early.push(request);
    else this.#enqueue(request);
  }

  /** From now on requests go to `enqueue`. */
  use(enqueue: (request: ReconcileRequest) => void): void {
    this.#enqueue = enqueue;
    for (const request of this.#early.splice(0)) enqueue(request);
  }
}
