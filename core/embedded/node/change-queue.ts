import type { PodIdentity } from "@catalyst/ports/containers";

/** Pods that changed, each once until it is read. For one reader. */
export class ChangeQueue {
  readonly #waiting = new Map<string, PodIdentity>();
  #wake: () => void = () => undefined;

  push(identity: PodIdentity): void {
    this.#waiting.set(identity.uid, identity);
    this.#wake();
  }

  /** Ends when the signal aborts. */
  async *read(signal: AbortSignal): AsyncGenerator<PodIdentity> {
    const abort = () => this.#wake();
    signal.addEventListener("abort", abort, { once: true });
    try {
      while (!signal.aborted) {
        const changed = [...this.#waiting.values()];
        this.#waiting.clear();
        yield* changed;
        if (this.#waiting.size > 0 || signal.aborted) continue;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}
