/** Calls back once nothing was touched for a time. Keeps no process alive. */
export class IdleTimer {
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, idle: () => void) {
    this.#timer = setTimeout(idle, milliseconds);
    this.#timer.unref();
  }

  /** Begins the time anew. */
  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
