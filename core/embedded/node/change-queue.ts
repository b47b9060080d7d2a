/** Names of what changed, each once until it is read. For one reader. */
export class ChangeQueue {
  readonly #waiting = new Set<string>();
  #wake: () => void = () => undefined;

  push(name: string): void {
    this.#waiting.add(name);
    this.#wake();
  }

  /** Ends when the signal aborts. */
  async *read(signal: AbortSignal): AsyncGenerator<string> {
    const abort = () => this.#wake();
    signal.addEventListener("abort", abort, { once: true });
    try {
      while (!signal.aborted) {
        const names = [...this.#waiting];
        this.#waiting.clear();
        yield* names;
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
