/** Bytes that may wait before whoever gives more has to (the reader is behind). */
const waitingLimit = 256 * 1024;

/** Bytes on their way from one writer to one reader. */
export class ByteQueue {
  readonly #waiting: Uint8Array[] = [];
  #size = 0;
  #isClosed = false;
  #arrived: () => void = () => undefined;
  #taken: () => void = () => undefined;

  /** Gives bytes; resolves when there is room for more. After `close` they are dropped. */
  async push(data: Uint8Array): Promise<void> {
    if (this.#isClosed) return;
    this.#waiting.push(data);
    this.#size += data.length;
    this.#arrived();
    if (this.#size <= waitingLimit) return;
    await new Promise<void>((resolve) => {
      this.#taken = resolve;
    });
  }

  /** Nothing comes any more; what waits can still be read. */
  close(): void {
    this.#isClosed = true;
    this.#arrived();
    this.#taken();
  }

  /** Gives what came, until it is closed and all was read. */
  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#size -= next.length;
        if (this.#size <= waitingLimit) this.#taken();
        yield next;
      } else if (this.#isClosed) return;
      else
        await new Promise<void>((resolve) => {
          this.#arrived = resolve;
        });
    }
  }
}
