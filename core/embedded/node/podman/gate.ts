import { CatalystError } from "@catalyst/base/errors";

/** What is between those who make Pods and the end of all Pods: none may come after it. */
export class Gate {
  readonly #begun = new Set<Promise<unknown>>();
  #isShut = false;

  /** Does the work. Throws `runtime-unavailable` instead once the gate is shut. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isShut) throw new CatalystError("runtime-unavailable", "all Pods are being stopped");
    const working = work();
    this.#begun.add(working);
    try {
      return await working;
    } finally {
      this.#begun.delete(working);
    }
  }

  /** Lets nothing begin from now on; resolves when what had begun has ended, whichever way. */
  async shut(): Promise<void> {
    this.#isShut = true;
    await Promise.allSettled(this.#begun);
  }
}
